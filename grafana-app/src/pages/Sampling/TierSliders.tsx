import type { Tier } from '@cnapp-slo/model';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Checkbox, Stack, Text, useStyles2 } from '@grafana/ui';
import { useState } from 'react';
import type { SamplingOverview } from '../../api/sampling-client.ts';
import { t } from '../../i18n.ts';
import { formatCount, formatPercent } from '../../slo/format.ts';
import { TIER_COLORS, TIERS, tierText } from './texts.ts';

/** What the sliders say. */
export interface Draft {
  probability: Readonly<Record<Tier, number>>;
  /** Tiers that are kept whole: no summaries, and no budget below all of it. */
  whole: readonly Tier[];
}

interface Props {
  overview: SamplingOverview;
  draft: Draft;
  onChange: (draft: Draft) => void;
  /** The best shares for a share of the bytes are wanted. */
  onBudget: (share: number) => void;
  onReset: () => void;
}

/** A slider from a thousandth to all of it, in equal steps of ratio; all of it is at its end. */
const least = -3;
const round = (share: number): number => Number(share.toPrecision(2));

export function TierSliders({ overview, draft, onChange, onBudget, onReset }: Props) {
  const styles = useStyles2(getStyles);
  const [budget, setBudget] = useState(70);
  const setShare = (tier: Tier, probability: number) =>
    onChange({ ...draft, probability: { ...draft.probability, [tier]: probability } });
  const setWhole = (tier: Tier, isWhole: boolean) =>
    onChange({
      probability: isWhole ? { ...draft.probability, [tier]: 1 } : draft.probability,
      whole: isWhole ? [...draft.whole, tier].sort() : draft.whole.filter((one) => one !== tier),
    });
  const isChanged =
    TIERS.some((tier) => draft.probability[tier] !== overview.probability[tier]) ||
    draft.whole.join() !== [...overview.whole].sort().join();
  return (
    <Stack direction="column" gap={1.5}>
      {TIERS.map((tier) => {
        const share = draft.probability[tier];
        const isWhole = draft.whole.includes(tier);
        return (
          <div key={tier} className={styles.tier}>
            <div className={styles.name}>
              <span className={styles.mark} style={{ background: TIER_COLORS[tier] }}>
                {tier}
              </span>
              <div className={styles.about}>
                <Text variant="bodySmall">
                  {t('sampling.tiers.assets', '{{count}} assets', { count: formatCount(overview.assets[tier]) })}
                </Text>
                <Text variant="bodySmall" color="secondary">
                  {tierText(tier)}
                </Text>
              </div>
            </div>
            <input
              type="range"
              className={styles.slider}
              aria-label={t('sampling.tiers.share', 'Share kept of {{tier}}', { tier })}
              aria-valuetext={formatPercent(share)}
              min={least}
              max={0}
              step={0.02}
              disabled={isWhole}
              value={Math.max(least, Math.log10(share))}
              onChange={({ currentTarget }) => setShare(tier, round(10 ** Number(currentTarget.value)))}
            />
            <output className={styles.share}>{formatPercent(share)}</output>
            <Checkbox
              label={t('sampling.tiers.whole', 'whole')}
              aria-label={t('sampling.tiers.keep-whole', 'Keep {{tier}} whole', { tier })}
              value={isWhole}
              onChange={({ currentTarget }) => setWhole(tier, currentTarget.checked)}
            />
          </div>
        );
      })}
      <div className={styles.budget}>
        <div className={styles.name}>
          <Text variant="bodySmall">{t('sampling.budget.title', 'Budget, of all bytes')}</Text>
        </div>
        <input
          type="range"
          className={styles.slider}
          aria-label={t('sampling.budget.share', 'Share of all bytes to keep')}
          aria-valuetext={`${budget}%`}
          min={5}
          max={100}
          step={1}
          value={budget}
          onChange={({ currentTarget }) => setBudget(Number(currentTarget.value))}
        />
        <output className={styles.share}>{`${budget}%`}</output>
        <Button size="sm" variant="secondary" onClick={() => onBudget(budget / 100)}>
          {t('sampling.budget.use', 'Best shares')}
        </Button>
      </div>
      <Stack justifyContent="space-between" alignItems="center" gap={2}>
        <Text variant="bodySmall" color="secondary">
          {t(
            'sampling.tiers.never-dropped',
            'Never dropped in any tier: findings and alerts, writes to identities and Kubernetes, authentication, exercises, the audit of responses.',
          )}
        </Text>
        <Button size="sm" variant="secondary" fill="text" icon="history" disabled={!isChanged} onClick={onReset}>
          {t('sampling.tiers.reset', 'As it is now')}
        </Button>
      </Stack>
    </Stack>
  );
}

const getStyles = (theme: GrafanaTheme2) => {
  const row = {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 13fr) minmax(60px, 9fr) 56px 92px',
    alignItems: 'center',
    gap: theme.spacing(1.5),
  };
  return {
    tier: css(row),
    budget: css({ ...row, paddingTop: theme.spacing(1.5), borderTop: `1px solid ${theme.colors.border.weak}` }),
    name: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(1), minWidth: 0 }),
    about: css({ display: 'flex', flexDirection: 'column', minWidth: 0 }),
    mark: css({
      flexShrink: 0,
      width: 32,
      textAlign: 'center',
      borderRadius: theme.shape.radius.default,
      color: '#ffffff',
      fontWeight: theme.typography.fontWeightMedium,
    }),
    slider: css({
      width: '100%',
      accentColor: theme.colors.primary.main,
      cursor: 'pointer',
      '&:disabled': { cursor: 'not-allowed' },
    }),
    share: css({
      textAlign: 'right',
      fontVariantNumeric: 'tabular-nums',
      fontWeight: theme.typography.fontWeightMedium,
    }),
  };
};
