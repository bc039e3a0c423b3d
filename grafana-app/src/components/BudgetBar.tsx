import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Text, useStyles2 } from '@grafana/ui';
import { t } from '../i18n.ts';
import { formatPercent } from '../slo/format.ts';

/** How much of the error budget is left, 1 = all of it; below 0 it is overspent; null: nobody knows. */
export function BudgetBar({ remaining }: { remaining: number | null }) {
  const styles = useStyles2(getStyles);
  const share = Math.min(Math.max(remaining ?? 0, 0), 1);
  const text =
    remaining === null
      ? t('budget.unknown', 'unknown')
      : remaining < 0
        ? t('budget.overspent', 'overspent by {{share}}', { share: formatPercent(-remaining, 0) })
        : t('budget.left', '{{share}} left', { share: formatPercent(remaining, 0) });
  const tone = remaining === null ? styles.unknown : share <= 0 ? styles.bad : share < 0.5 ? styles.warn : styles.good;
  return (
    <div>
      <div className={styles.labels}>
        <Text variant="bodySmall" color="secondary">
          {t('budget.title', 'Error budget')}
        </Text>
        <Text variant="bodySmall">{text}</Text>
      </div>
      <div className={cx(styles.track, remaining !== null && remaining <= 0 && styles.empty)} role="presentation">
        <div className={cx(styles.fill, tone)} style={{ width: `${share * 100}%` }} />
      </div>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  labels: css({ display: 'flex', justifyContent: 'space-between', marginBottom: theme.spacing(0.5) }),
  track: css({ height: 6, borderRadius: 3, background: theme.colors.background.secondary, overflow: 'hidden' }),
  empty: css({ background: theme.colors.error.transparent, boxShadow: `inset 0 0 0 1px ${theme.colors.error.border}` }),
  fill: css({ height: '100%', borderRadius: 3 }),
  good: css({ background: theme.colors.success.main }),
  warn: css({ background: theme.colors.warning.main }),
  bad: css({ background: theme.colors.error.main }),
  unknown: css({ background: 'transparent' }),
});
