import { CLOCK_NAMES, type EpisodeJson } from '@cnapp-slo/model';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Stack, Text, useStyles2 } from '@grafana/ui';
import { Badge } from '../../components/Badge.tsx';
import { Panel } from '../../components/Panel.tsx';
import { SegmentBar, useSegmentColor } from '../../components/SegmentBar.tsx';
import { t } from '../../i18n.ts';
import { segmentText } from '../../slo/clock-text.ts';
import { type Segment, segmentsOf, stepsOf } from '../../slo/clocks.ts';
import { formatDuration } from '../../slo/format.ts';
import { ClockList } from './ClockList.tsx';

/** An episode's life: where the time went, then each clock with where it comes from and how exact it is. */
export function Timeline({ episode, timeZone }: { episode: EpisodeJson; timeZone?: string }) {
  const nowMs = Date.now();
  const isOver = episode.state === 'closed';
  const steps = stepsOf(episode.clocks);
  const segments = segmentsOf(episode.clocks, isOver ? null : nowMs);
  const total = segments.reduce((sum, { seconds }) => sum + seconds, 0);
  const missing = CLOCK_NAMES.filter((name) => name !== 't_close' && episode.clocks[name] === undefined);
  return (
    <Panel
      title={t('timeline.title', 'Timeline of episode {{seq}}', { seq: episode.seq })}
      actions={
        <Stack gap={1}>
          <Deadline episode={episode} nowMs={nowMs} />
          <Badge
            color="darkgrey"
            icon="clock-nine"
            text={
              isOver
                ? t('timeline.took', 'took {{duration}}', { duration: formatDuration(total) })
                : t('timeline.so-far', '{{duration}} so far', { duration: formatDuration(total) })
            }
          />
        </Stack>
      }
    >
      <Stack direction="column" gap={3}>
        <Stack direction="column" gap={1}>
          <SegmentBar segments={segments} size="large" />
          <Legend segments={segments} />
        </Stack>
        {episode.cohort === 'baseline' && (
          <Text color="secondary">
            {t(
              'timeline.baseline',
              'Part of the first snapshot of its scope: when it began is not known, and no clock counts.',
            )}
          </Text>
        )}
        <ClockList steps={steps} missing={missing} timeZone={timeZone} />
      </Stack>
    </Panel>
  );
}

/** Whether M2's deadline holds. */
function Deadline({ episode, nowMs }: { episode: EpisodeJson; nowMs: number }) {
  if (episode.deadline_at === null) return null;
  const stop = episode.clocks.t_verify ?? (episode.state === 'closed' ? episode.clocks.t_close : undefined);
  const leftSeconds = (Date.parse(episode.deadline_at) - (stop === undefined ? nowMs : Date.parse(stop.at))) / 1000;
  const duration = formatDuration(Math.abs(leftSeconds));
  if (leftSeconds < 0) {
    return (
      <Badge
        color="red"
        icon="exclamation-circle"
        text={t('timeline.missed', 'deadline missed by {{duration}}', { duration })}
      />
    );
  }
  return stop === undefined ? (
    <Badge
      color={leftSeconds < 3_600 ? 'orange' : 'blue'}
      icon="hourglass"
      text={t('timeline.due', 'due in {{duration}}', { duration })}
    />
  ) : (
    <Badge
      color="green"
      icon="check-circle"
      text={t('timeline.met', '{{duration}} before the deadline', { duration })}
    />
  );
}

function Legend({ segments }: { segments: readonly Segment[] }) {
  const styles = useStyles2(getStyles);
  const color = useSegmentColor();
  return (
    <div className={styles.legend}>
      {segments.map(({ until, seconds }) => (
        <span key={until ?? 'now'} className={styles.entry}>
          <span className={styles.swatch} style={{ background: color(until) }} />
          <Text variant="bodySmall" color="secondary">
            {formatDuration(seconds)} {segmentText(until)}
          </Text>
        </span>
      ))}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  legend: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(0.5, 2) }),
  entry: css({ display: 'inline-flex', alignItems: 'center', gap: theme.spacing(0.75) }),
  swatch: css({ width: 10, height: 10, borderRadius: 2 }),
});
