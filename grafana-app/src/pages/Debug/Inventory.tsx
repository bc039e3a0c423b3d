import type { AssetJson } from '@cnapp-slo/model';
import { Button, Input, Stack, Text, TextLink, useStyles2 } from '@grafana/ui';
import { useMemo, useState } from 'react';
import { allPages } from '../../api/all-pages.ts';
import { useApi } from '../../api/use-api.ts';
import { Loading } from '../../components/Loading.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Timestamp } from '../../components/Timestamp.tsx';
import { getTableStyles } from '../../components/table-styles.ts';
import { t } from '../../i18n.ts';
import type { SceneView } from '../../scenes/scene-view.tsx';
import { useLink } from '../../scenes/use-link.ts';
import { useScope } from '../../scenes/use-scope.ts';
import { codeOf } from '../../slo/asset-text.ts';
import { formatCount } from '../../slo/format.ts';

const mostAssets = 5_000;
const step = 15;

/** What is known to exist, where its code is, and when it was last seen. */
export function Inventory({ scene }: { scene: SceneView }) {
  const scope = useScope(scene);
  const loaded = useApi(
    `inventory ${scope.key}`,
    (signal) =>
      allPages(mostAssets, (page) => scope.client.assets({ ...scope.filter, severity: undefined, ...page }, signal)),
    scope.refresh,
  );
  const [text, setText] = useState('');
  return (
    <Panel
      title={t('inventory.title', 'Inventory')}
      actions={
        <Input
          aria-label={t('inventory.search', 'Search the inventory')}
          placeholder={t('inventory.placeholder', 'Name, id, service, repository …')}
          width={34}
          value={text}
          onChange={({ currentTarget }) => setText(currentTarget.value)}
        />
      }
    >
      <Loading loaded={loaded} errorTitle={t('inventory.error', 'The inventory could not be loaded')}>
        {(assets) => <AssetTable key={text} assets={assets} text={text} timeZone={scope.timeZone} />}
      </Loading>
    </Panel>
  );
}

function AssetTable({ assets, text, timeZone }: { assets: readonly AssetJson[]; text: string; timeZone?: string }) {
  const styles = useStyles2(getTableStyles);
  const link = useLink();
  const [shown, setShown] = useState(step);
  const matching = useMemo(() => assets.filter((asset) => hasText(asset, text.trim().toLowerCase())), [assets, text]);
  if (matching.length === 0)
    return <Text color="secondary">{t('inventory.none', 'No asset matches the filters.')}</Text>;
  return (
    <>
      <div className={styles.scroll}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th>{t('inventory.asset', 'Asset')}</th>
              <th>{t('inventory.kind', 'Kind')}</th>
              <th>{t('inventory.team', 'Team')}</th>
              <th>{t('inventory.code', 'Declared in')}</th>
              <th>{t('inventory.as-of', 'As of')}</th>
              <th className={styles.number}>{t('inventory.open', 'Open findings')}</th>
            </tr>
          </thead>
          <tbody>
            {matching.slice(0, shown).map((asset) => (
              <tr key={asset.id}>
                <td className={styles.main}>
                  <TextLink href={link(`/assets/${encodeURIComponent(asset.id)}`)} color="primary" inline={false}>
                    {asset.name ?? asset.id}
                  </TextLink>
                  <Text element="p" variant="bodySmall" color="secondary" truncate>
                    {[asset.environment, asset.criticality, asset.account ?? asset.cluster].filter(Boolean).join(' · ')}
                  </Text>
                </td>
                <td className={styles.nowrap}>{asset.kind}</td>
                <td className={styles.nowrap}>{asset.team}</td>
                <td className={styles.note}>{codeOf(asset) ?? t('inventory.no-code', 'no link')}</td>
                <td className={styles.nowrap}>
                  <Timestamp at={asset.last_seen_at} timeZone={timeZone} relative />
                </td>
                <td className={styles.number}>{formatCount(asset.open_findings)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {matching.length > shown && (
        <Stack justifyContent="center" alignItems="center" gap={2}>
          <Text color="secondary" variant="bodySmall">
            {t('list.shown-of', '{{shown}} of {{total}} shown', { shown, total: matching.length })}
          </Text>
          <Button variant="secondary" size="sm" onClick={() => setShown((n) => n + 5 * step)}>
            {t('list.more', 'Show more')}
          </Button>
        </Stack>
      )}
    </>
  );
}

function hasText(asset: AssetJson, text: string): boolean {
  if (text === '') return true;
  return [asset.id, asset.name, asset.kind, asset.team, asset.service, codeOf(asset)].some((value) =>
    value?.toLowerCase().includes(text),
  );
}
