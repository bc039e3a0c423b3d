import type { ParetoPoint, Simulation, Tier } from '@cnapp-slo/model';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Stack, Text, Tooltip, useStyles2 } from '@grafana/ui';
import { t } from '../../i18n.ts';
import { formatPercent } from '../../slo/format.ts';

interface Props {
  points: readonly ParetoPoint[];
  current: Simulation;
  candidate: Simulation | null;
  onChoose: (probability: Readonly<Record<Tier, number>>) => void;
}

const width = 560;
const height = 250;
const left = 48;
const bottom = 34;
const top = 12;
const right = 14;

/** What recall costs along the best shares. A point is a button: it sets the sliders. */
export function ParetoCurve({ points, current, candidate, onChoose }: Props) {
  const styles = useStyles2(getStyles);
  const [first] = points;
  if (first === undefined || first.recall === null) {
    return (
      <Text color="secondary">
        {t('sampling.pareto.none', 'Without detections in the last day there is nothing to weigh the cost against.')}
      </Text>
    );
  }
  const marks = [markOf(current), candidate && markOf(candidate)].filter((mark) => mark !== null);
  const x = (share: number): number => left + share * (width - left - right);
  const y = (recall: number): number => top + (1 - recall) * (height - top - bottom);
  const line = (of: (point: ParetoPoint) => number | null): string =>
    points
      .map((point) => [point.kept_share, of(point)] as const)
      .filter((pair): pair is readonly [number, number] => pair[1] !== null)
      .map(([share, recall], index) => `${index === 0 ? 'M' : 'L'}${x(share)},${y(recall)}`)
      .join('');
  return (
    <Stack direction="column" gap={1}>
      <div className={styles.chart}>
        <svg viewBox={`0 0 ${width} ${height}`} className={styles.svg} aria-hidden="true">
          {[0, 0.25, 0.5, 0.75, 1].map((tick) => (
            <g key={tick}>
              <line x1={left} x2={width - right} y1={y(tick)} y2={y(tick)} className={styles.grid} />
              <text x={left - 8} y={y(tick) + 4} textAnchor="end" className={styles.tick}>
                {formatPercent(tick, 0)}
              </text>
              <text x={x(tick)} y={height - bottom + 16} textAnchor="middle" className={styles.tick}>
                {formatPercent(tick, 0)}
              </text>
            </g>
          ))}
          <path d={line(({ critical_recall }) => critical_recall)} className={styles.critical} />
          <path d={line(({ recall }) => recall)} className={styles.all} />
          {marks.map(({ share, recall }, index) => (
            <circle
              key={index === 0 ? 'now' : 'proposed'}
              cx={x(share)}
              cy={y(recall)}
              r={7}
              className={index === 0 ? styles.now : styles.proposed}
            />
          ))}
          <text x={(left + width) / 2} y={height - 2} textAnchor="middle" className={styles.tick}>
            {t('sampling.pareto.x', 'Share of the bytes that is kept, and paid')}
          </text>
        </svg>
        {points.map((point) => {
          const text = t('sampling.pareto.point', '{{cost}} a month, recall {{recall}}, on c0 and c1 {{critical}}', {
            cost: point.cost_per_month.toFixed(2),
            recall: formatPercent(point.recall),
            critical: formatPercent(point.critical_recall),
          });
          return (
            <Tooltip key={point.kept_share} content={text}>
              <button
                type="button"
                aria-label={text}
                className={styles.point}
                style={{
                  left: `${(x(point.kept_share) / width) * 100}%`,
                  top: `${(y(point.recall ?? 0) / height) * 100}%`,
                }}
                onClick={() => onChoose(point.probability)}
              />
            </Tooltip>
          );
        })}
      </div>
      <div className={styles.legend}>
        <span className={styles.keyAll}>{t('sampling.pareto.all', 'recall on all assets')}</span>
        <span className={styles.keyCritical}>{t('sampling.pareto.critical', 'on c0 and c1')}</span>
        <span className={styles.keyNow}>{t('sampling.pareto.now', 'now')}</span>
        <span className={styles.keyProposed}>{t('sampling.pareto.proposed', 'proposed')}</span>
      </div>
    </Stack>
  );
}

function markOf({ total }: Simulation): { share: number; recall: number } | null {
  return total.recall === null || total.bytes === 0
    ? null
    : { share: total.kept_bytes / total.bytes, recall: total.recall };
}

const getStyles = (theme: GrafanaTheme2) => {
  const all = theme.visualization.getColorByName('blue');
  const critical = theme.visualization.getColorByName('orange');
  const key = { display: 'inline-flex', alignItems: 'center', gap: theme.spacing(0.75) };
  const line = (color: string) =>
    css({ ...key, '&::before': { content: '""', width: 18, height: 3, borderRadius: 2, background: color } });
  const dot = (style: object) =>
    css({ ...key, '&::before': { content: '""', width: 12, height: 12, borderRadius: '50%', ...style } });
  const text = theme.colors.text.primary;
  return {
    chart: css({ position: 'relative', width: '100%' }),
    svg: css({ display: 'block', width: '100%' }),
    grid: css({ stroke: theme.colors.border.weak }),
    tick: css({ fill: theme.colors.text.secondary, fontSize: 12 }),
    all: css({ fill: 'none', stroke: all, strokeWidth: 2.5 }),
    critical: css({ fill: 'none', stroke: critical, strokeWidth: 2.5, strokeDasharray: '6 4' }),
    now: css({ fill: theme.colors.background.primary, stroke: text, strokeWidth: 2.5 }),
    proposed: css({ fill: text }),
    point: css({
      position: 'absolute',
      width: 14,
      height: 14,
      padding: 0,
      transform: 'translate(-50%, -50%)',
      border: `2px solid ${all}`,
      borderRadius: '50%',
      background: theme.colors.background.primary,
      cursor: 'pointer',
      '&:hover, &:focus-visible': { background: all, outline: `2px solid ${theme.colors.primary.border}` },
    }),
    legend: css({
      ...theme.typography.bodySmall,
      display: 'flex',
      flexWrap: 'wrap',
      gap: theme.spacing(0.5, 2),
      color: theme.colors.text.secondary,
    }),
    keyAll: line(all),
    keyCritical: line(critical),
    keyNow: dot({ border: `2.5px solid ${text}` }),
    keyProposed: dot({ background: text }),
  };
};
