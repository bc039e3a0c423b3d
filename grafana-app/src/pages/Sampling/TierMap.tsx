import type { Tier } from '@cnapp-slo/model';
import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Input, Text, TextLink, useStyles2 } from '@grafana/ui';
import { type KeyboardEvent, useMemo, useState } from 'react';
import { allPages } from '../../api/all-pages.ts';
import type { SamplingClient, TierRow } from '../../api/sampling-client.ts';
import { useApi } from '../../api/use-api.ts';
import { useTick } from '../../api/use-tick.ts';
import { Loading } from '../../components/Loading.tsx';
import { Panel } from '../../components/Panel.tsx';
import { t } from '../../i18n.ts';
import { useLink } from '../../scenes/use-link.ts';
import { shortId, TIER_COLORS, TIERS, tierText } from './texts.ts';

const mostAssets = 5_000;
const refreshMs = 60_000;

/** Every asset in its tier; the one that is looked at says why. */
export function TierMap({ client, revision }: { client: SamplingClient; revision: string }) {
  const loaded = useApi(
    `tiers ${revision}`,
    (signal) => allPages(mostAssets, (page) => client.assets(page, signal)),
    useTick(refreshMs),
  );
  const [text, setText] = useState('');
  return (
    <Panel
      title={t('sampling.map.title', 'Which asset is in which tier')}
      actions={
        <Input
          aria-label={t('sampling.map.search', 'Search assets and reasons')}
          placeholder={t('sampling.map.placeholder', 'Name, kind, reason …')}
          width={30}
          value={text}
          onChange={({ currentTarget }) => setText(currentTarget.value)}
        />
      }
    >
      <Loading loaded={loaded} errorTitle={t('sampling.map.error', 'The tiers of the assets could not be loaded')}>
        {(assets) =>
          assets.length === 0 ? (
            <Text color="secondary">{t('sampling.map.none', 'No inventory has named an asset yet.')}</Text>
          ) : (
            <AssetMap assets={assets} text={text.trim().toLowerCase()} />
          )
        }
      </Loading>
    </Panel>
  );
}

function AssetMap({ assets, text }: { assets: readonly TierRow[]; text: string }) {
  const styles = useStyles2(getStyles);
  const [chosen, setChosen] = useState<string | null>(null);
  const matching = useMemo(() => assets.filter((asset) => hasText(asset, text)), [assets, text]);
  const shown = matching.find(({ asset_id }) => asset_id === chosen) ?? matching[0];
  return (
    <div className={styles.columns}>
      <div className={styles.tiers}>
        {TIERS.map((tier) => (
          <TierGroup
            key={tier}
            tier={tier}
            assets={matching.filter((asset) => asset.tier === tier)}
            chosen={shown?.asset_id ?? null}
            onChoose={setChosen}
          />
        ))}
      </div>
      <aside className={styles.detail} aria-live="polite">
        {shown ? (
          <AssetTier asset={shown} />
        ) : (
          <Text color="secondary">{t('sampling.map.no-match', 'No asset matches.')}</Text>
        )}
      </aside>
    </div>
  );
}

interface GroupProps {
  tier: Tier;
  assets: readonly TierRow[];
  chosen: string | null;
  onChoose: (assetId: string) => void;
}

/** One stop of the Tab key; arrows go from asset to asset. */
function TierGroup({ tier, assets, chosen, onChoose }: GroupProps) {
  const styles = useStyles2(getStyles);
  const stop = assets.some(({ asset_id }) => asset_id === chosen) ? chosen : assets[0]?.asset_id;
  const move = (event: KeyboardEvent<HTMLFieldSetElement>) => {
    const step = STEPS[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const cells = [...event.currentTarget.querySelectorAll('button')];
    const from = cells.indexOf(event.target as HTMLButtonElement);
    cells[Math.min(cells.length - 1, Math.max(0, from + step))]?.focus();
  };
  return (
    <section className={styles.tier}>
      <header className={styles.tierName}>
        <Text element="h3" variant="body" weight="medium">
          {t('sampling.map.tier', '{{tier}}: {{count}}', { tier, count: assets.length })}
        </Text>
        <Text variant="bodySmall" color="secondary">
          {tierText(tier)}
        </Text>
      </header>
      <fieldset
        aria-label={t('sampling.map.assets', 'Assets in {{tier}}', { tier })}
        className={styles.cells}
        onKeyDown={move}
      >
        {assets.map((asset) => (
          <button
            key={asset.asset_id}
            type="button"
            tabIndex={asset.asset_id === stop ? 0 : -1}
            aria-label={`${nameOf(asset)}: ${asset.reasons.join(', ')}`}
            className={cx(styles.cell, asset.asset_id === chosen && styles.chosen)}
            style={{ background: TIER_COLORS[tier] }}
            onFocus={() => onChoose(asset.asset_id)}
            onMouseEnter={() => onChoose(asset.asset_id)}
          />
        ))}
      </fieldset>
    </section>
  );
}

const STEPS: Record<string, number> = {
  ArrowRight: 1,
  ArrowLeft: -1,
  ArrowDown: 10,
  ArrowUp: -10,
  Home: Number.NEGATIVE_INFINITY,
  End: Number.POSITIVE_INFINITY,
};

function AssetTier({ asset }: { asset: TierRow }) {
  const styles = useStyles2(getStyles);
  const link = useLink();
  return (
    <>
      <TextLink href={link(`/assets/${encodeURIComponent(asset.asset_id)}`)} color="primary" inline={false}>
        {nameOf(asset)}
      </TextLink>
      <Text element="p" variant="bodySmall" color="secondary">
        {[asset.tier, asset.kind, asset.criticality].filter(Boolean).join(' · ')}
      </Text>
      <ol className={styles.reasons}>
        {asset.reasons.map((reason) => (
          <li key={reason}>{reason}</li>
        ))}
      </ol>
    </>
  );
}

function nameOf({ asset_id: id, name }: TierRow): string {
  return name ?? shortId(id);
}

function hasText({ asset_id, name, kind, criticality, tier, reasons }: TierRow, text: string): boolean {
  return (
    text === '' ||
    [asset_id, name, kind, criticality, tier, ...reasons].some((one) => one?.toLowerCase().includes(text))
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  columns: css({
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr) 280px',
    gap: theme.spacing(3),
    [theme.breakpoints.down('md')]: { gridTemplateColumns: 'minmax(0, 1fr)' },
  }),
  tiers: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1.5), minWidth: 0 }),
  tier: css({ minWidth: 0 }),
  tierName: css({ display: 'flex', alignItems: 'baseline', gap: theme.spacing(1), marginBottom: theme.spacing(0.5) }),
  cells: css({ display: 'flex', flexWrap: 'wrap', gap: 3, border: 0, margin: 0, padding: 0 }),
  cell: css({
    width: 16,
    height: 16,
    padding: 0,
    border: 0,
    borderRadius: 3,
    cursor: 'default',
    '&:focus-visible': { outline: `2px solid ${theme.colors.primary.border}`, outlineOffset: 1 },
  }),
  chosen: css({ boxShadow: `0 0 0 2px ${theme.colors.text.primary}` }),
  detail: css({
    alignSelf: 'start',
    position: 'sticky',
    top: theme.spacing(2),
    minHeight: 120,
    padding: theme.spacing(1.5),
    borderRadius: theme.shape.radius.default,
    background: theme.colors.background.secondary,
    overflowWrap: 'anywhere',
  }),
  reasons: css({ margin: theme.spacing(1, 0, 0, 2.5) }),
});
