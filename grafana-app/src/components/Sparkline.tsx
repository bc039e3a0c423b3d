import type { SeriesPoint } from '@cnapp-slo/model';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { sparklineOf } from '../slo/sparkline.ts';

const width = 160;
const height = 48;

interface Props {
  points: readonly SeriesPoint[];
  objective: number | null;
  label: string;
}

/** The ratio over time beside its objective (dashed). A time without data is a gap. */
export function Sparkline({ points, objective, label }: Props) {
  const styles = useStyles2(getStyles);
  const { lines, objectiveY, last } = sparklineOf(points, objective, width, height);
  return (
    <svg className={styles.svg} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
      {objectiveY !== null && <line className={styles.objective} x1={0} x2={width} y1={objectiveY} y2={objectiveY} />}
      {lines.map((line) => (
        <polyline key={line} className={styles.line} points={line} />
      ))}
      {last !== null && <circle className={styles.dot} cx={last.x} cy={last.y} r={2.5} />}
    </svg>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  svg: css({ flex: `0 1 ${width}px`, minWidth: 0, overflow: 'visible' }),
  line: css({
    fill: 'none',
    stroke: theme.visualization.getColorByName('blue'),
    strokeWidth: 1.5,
    strokeLinejoin: 'round',
  }),
  dot: css({ fill: theme.visualization.getColorByName('blue') }),
  objective: css({ stroke: theme.colors.text.secondary, strokeWidth: 1, strokeDasharray: '3 3', opacity: 0.7 }),
});
