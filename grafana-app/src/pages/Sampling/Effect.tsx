import type { Simulation } from '@cnapp-slo/model';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Text, useStyles2 } from '@grafana/ui';
import type { SimulationAnswer } from '../../api/sampling-client.ts';
import { Badge } from '../../components/Badge.tsx';
import { getTableStyles } from '../../components/table-styles.ts';
import { t } from '../../i18n.ts';
import { formatBytes, formatDuration, formatPercent, UNKNOWN } from '../../slo/format.ts';

const Z_95 = 1.96;
/** Below this a difference is none. */
const NOTHING = 1e-9;

interface Row {
  name: string;
  /** Of one simulation; null: unknown. */
  value: (of: Simulation) => number | null;
  format: (value: number | null) => string;
  /** 95 %, beneath the value. */
  interval?: (of: Simulation) => string | null;
  /** `less` is better, or `more`. */
  better: 'less' | 'more';
  /** Known without error: nothing is left to chance. */
  isExact: (of: Simulation) => boolean;
}

/** What the proposed shares would keep, cost and miss, beside what is. */
export function Effect({ answer: { current, candidate, window_seconds: seconds } }: { answer: SimulationAnswer }) {
  const styles = useStyles2(getTableStyles);
  const own = useStyles2(getStyles);
  const saved = current.total.kept_bytes > 0 ? 1 - candidate.total.kept_bytes / current.total.kept_bytes : 0;
  const lost = (candidate.critical.recall ?? 1) < (current.critical.recall ?? 1) - NOTHING;
  return (
    <>
      <div className={own.headline} role="status">
        <span className={own.saved}>{savedText(saved)}</span>
        <span className={lost ? own.bad : own.good}>
          {lost
            ? t('sampling.effect.loses', 'Detections on c0 and c1 assets may leave no trace')
            : t('sampling.effect.loses-nothing', 'No detection on c0 and c1 assets is lost')}
        </span>
      </div>
      <div className={styles.scroll}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th>{t('sampling.effect.measure', 'Over the last {{time}}', { time: formatDuration(seconds) })}</th>
              <th className={styles.number}>{t('sampling.effect.now', 'Now')}</th>
              <th className={styles.number}>{t('sampling.effect.proposed', 'Proposed')}</th>
              <th>{t('sampling.effect.certainty', 'Certainty')}</th>
            </tr>
          </thead>
          <tbody>
            {rows().map((row) => (
              <tr key={row.name}>
                <td>{row.name}</td>
                <td className={styles.number}>{row.format(row.value(current))}</td>
                <td className={styles.number}>
                  <span className={own[toneOf(row, current, candidate)]}>{row.format(row.value(candidate))}</span>
                  <Text element="p" variant="bodySmall" color="secondary">
                    {row.interval?.(candidate) ?? ''}
                  </Text>
                </td>
                <td>
                  <Certainty isExact={row.isExact(candidate)} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

/** Whether a number is counted, or has an error. */
export function Certainty({ isExact }: { isExact: boolean }) {
  return isExact ? (
    <Badge text={t('sampling.exact', 'exact')} color="green" icon="check" />
  ) : (
    <Badge text={t('sampling.estimated', 'estimated')} color="blue" icon="chart-line" />
  );
}

function savedText(saved: number): string {
  if (Math.abs(saved) < 0.0005) return t('sampling.effect.same', 'Keeps as much as now');
  return saved > 0
    ? t('sampling.effect.saves', 'Saves {{share}}', { share: formatPercent(saved) })
    : t('sampling.effect.adds', 'Keeps {{share}} more', { share: formatPercent(-saved) });
}

function toneOf({ value, better }: Row, current: Simulation, candidate: Simulation): 'good' | 'bad' | 'plain' {
  const [before, after] = [value(current), value(candidate)];
  if (before === null || after === null || Math.abs(before - after) <= NOTHING * Math.abs(before)) return 'plain';
  return after < before === (better === 'less') ? 'good' : 'bad';
}

const money = (value: number | null): string =>
  value === null ? UNKNOWN : value === 0 || value >= 0.01 ? value.toFixed(2) : value.toPrecision(2);

function rows(): Row[] {
  const isWhole = ({ total }: Simulation): boolean => total.kept_bytes_sigma === 0;
  const isSure = (recall: number | null): boolean => recall === null || recall === 1;
  const perDay = (bytes: number): string =>
    t('sampling.effect.per-day', '{{amount}}/day', { amount: formatBytes(bytes) });
  const gb = (value: number | null): string => (value === null ? UNKNOWN : perDay(value * 1e9));
  return [
    {
      name: t('sampling.effect.kept', 'Kept'),
      value: ({ total }) => total.kept_gb_per_day,
      format: gb,
      interval: ({ total }) =>
        total.kept_bytes_sigma === 0
          ? null
          : `± ${gb((total.kept_gb_per_day * Z_95 * total.kept_bytes_sigma) / total.kept_bytes)}`,
      better: 'less',
      isExact: isWhole,
    },
    {
      name: t('sampling.effect.share', 'Share of what comes in'),
      value: ({ total }) => (total.bytes > 0 ? total.kept_bytes / total.bytes : null),
      format: (value) => formatPercent(value),
      better: 'less',
      isExact: isWhole,
    },
    {
      name: t('sampling.effect.cost', 'Cost a month'),
      value: ({ total }) => total.kept_cost_per_month,
      format: money,
      better: 'less',
      isExact: isWhole,
    },
    {
      name: t('sampling.effect.cost-alert', 'Cost of an alert'),
      value: ({ cost_per_alert }) => cost_per_alert,
      format: money,
      better: 'less',
      isExact: isWhole,
    },
    {
      name: t('sampling.effect.cost-true-alert', 'Cost of a true alert'),
      value: ({ cost_per_true_alert }) => cost_per_true_alert,
      format: money,
      better: 'less',
      isExact: isWhole,
    },
    {
      name: t('sampling.effect.critical-recall', 'Recall on c0 and c1'),
      value: ({ critical }) => critical.recall,
      format: (value) => formatPercent(value),
      better: 'more',
      isExact: ({ critical }) => isSure(critical.recall),
    },
    {
      name: t('sampling.effect.recall', 'Recall on all assets'),
      value: ({ total }) => total.recall,
      format: (value) => formatPercent(value),
      better: 'more',
      isExact: ({ total }) => isSure(total.recall),
    },
    {
      name: t('sampling.effect.delay', 'Detections come later by'),
      value: ({ total }) => total.added_delay_seconds,
      format: formatDuration,
      better: 'less',
      isExact: ({ total }) => isSure(total.recall),
    },
    {
      name: t('sampling.effect.coverage', 'Coverage of c0 and c1, by hour'),
      value: ({ critical_coverage }) => critical_coverage,
      format: (value) => formatPercent(value),
      better: 'more',
      isExact: ({ critical_coverage }) => isSure(critical_coverage),
    },
    {
      name: t('sampling.effect.sli-error', 'Error of SLIs from what is kept'),
      value: ({ total }) => total.relative_error,
      format: (value) => `± ${formatPercent(value)}`,
      interval: ({ total: { relative_error: error } }) =>
        error === 0
          ? null
          : t('sampling.effect.reads', '1000 reads {{low}}–{{high}}', {
              low: Math.max(0, Math.round(1000 * (1 - error))),
              high: Math.round(1000 * (1 + error)),
            }),
      better: 'less',
      isExact: ({ total }) => total.relative_error === 0,
    },
    {
      name: t('sampling.effect.never-drop', 'Never-drop events lost'),
      value: ({ never_drop }) => never_drop.lost,
      format: (value) => String(value ?? UNKNOWN),
      interval: ({ never_drop: { events } }) =>
        t('sampling.effect.of-events', 'of {{events}}', { events: events.toLocaleString('en-US') }),
      better: 'less',
      isExact: () => true,
    },
  ];
}

const getStyles = (theme: GrafanaTheme2) => ({
  headline: css({
    display: 'flex',
    alignItems: 'baseline',
    flexWrap: 'wrap',
    gap: theme.spacing(0.5, 2),
    paddingBottom: theme.spacing(1),
  }),
  saved: css({ fontSize: theme.typography.h2.fontSize, fontWeight: theme.typography.fontWeightMedium }),
  good: css({ color: theme.colors.success.text }),
  bad: css({ color: theme.colors.error.text }),
  plain: css({}),
});
