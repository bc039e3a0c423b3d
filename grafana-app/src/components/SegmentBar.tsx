import type { ClockName } from '@cnapp-slo/model';
import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Tooltip, useStyles2, useTheme2 } from '@grafana/ui';
import type { ReactNode } from 'react';
import { segmentText } from '../slo/clock-text.ts';
import type { Segment } from '../slo/clocks.ts';
import { formatDuration } from '../slo/format.ts';
import { SEGMENT_COLORS } from '../slo/segment-colors.ts';

interface Props {
  segments: readonly Segment[];
  /** `small` for table rows, all told in one title, as a tooltip for each row takes long to draw; `large` writes the durations into the bar. */
  size: 'small' | 'large';
}

/** Where the time went: the stretches of an episode in proportion, hatched where an end is not known to the instant. */
export function SegmentBar({ segments, size }: Props) {
  const styles = useStyles2(getStyles);
  const color = useSegmentColor();
  const total = segments.reduce((sum, { seconds }) => sum + seconds, 0);
  if (total === 0) return <>–</>;
  const text = ({ seconds, until, isUncertain }: Segment) =>
    `${formatDuration(seconds)} ${segmentText(until)}${isUncertain ? ' (≈)' : ''}`;
  const part = (segment: Segment, inner: ReactNode = null) => (
    <div
      key={segment.until ?? 'now'}
      className={cx(styles.segment, segment.isUncertain && styles.uncertain)}
      style={{ flexGrow: segment.seconds, backgroundColor: color(segment.until) }}
    >
      {inner}
    </div>
  );
  if (size === 'small')
    return (
      <div
        role="img"
        aria-label={segments.map(text).join(', ')}
        title={segments.map(text).join('\n')}
        className={styles.small}
      >
        {segments.map((segment) => part(segment))}
      </div>
    );
  return (
    <div className={styles.large}>
      {segments.map((segment) => (
        <Tooltip key={segment.until ?? 'now'} content={text(segment)}>
          {part(
            segment,
            segment.seconds / total > 0.08 && <span className={styles.text}>{formatDuration(segment.seconds)}</span>,
          )}
        </Tooltip>
      ))}
    </div>
  );
}

/** Dark text is readable on it. */
const goesOn = '#a9a9a9';

/** The colour of a stretch in the current theme; grey while it goes on. */
export function useSegmentColor(): (until: ClockName | null) => string {
  const { visualization } = useTheme2();
  return (until) => (until === null ? goesOn : visualization.getColorByName(SEGMENT_COLORS[until]));
}

const getStyles = (theme: GrafanaTheme2) => {
  const bar = { display: 'flex', gap: 1, overflow: 'hidden', borderRadius: theme.shape.radius.default };
  return {
    small: css({ ...bar, height: 10, width: 120 }),
    large: css({ ...bar, height: 32, width: '100%' }),
    segment: css({
      minWidth: 2,
      flexBasis: 0,
      display: 'flex',
      alignItems: 'center',
      justifyContent: 'center',
      overflow: 'hidden',
    }),
    uncertain: css({
      backgroundImage: 'repeating-linear-gradient(135deg, transparent 0 5px, rgba(255, 255, 255, 0.3) 5px 8px)',
    }),
    text: css({
      ...theme.typography.bodySmall,
      color: theme.colors.getContrastText(theme.visualization.getColorByName('yellow')),
      fontWeight: theme.typography.fontWeightMedium,
      whiteSpace: 'nowrap',
    }),
  };
};
