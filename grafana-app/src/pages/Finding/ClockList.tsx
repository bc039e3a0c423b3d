import type { ClockJson, ClockName } from '@cnapp-slo/model';
import { css, cx } from '@emotion/css';
import { dateTimeFormat, type GrafanaTheme2 } from '@grafana/data';
import { Text, Tooltip, useStyles2 } from '@grafana/ui';
import { Badge } from '../../components/Badge.tsx';
import { useSegmentColor } from '../../components/SegmentBar.tsx';
import { Timestamp } from '../../components/Timestamp.tsx';
import { t } from '../../i18n.ts';
import { clockText } from '../../slo/clock-text.ts';
import type { ClockStep } from '../../slo/clocks.ts';
import { formatDuration } from '../../slo/format.ts';

interface Props {
  steps: readonly ClockStep[];
  /** Clocks that nothing has set. */
  missing: readonly ClockName[];
  timeZone?: string;
}

/** The clocks by time. A full dot is exact, a ring inferred, a dashed ring known only to lie in an interval. */
export function ClockList({ steps, missing, timeZone }: Props) {
  const styles = useStyles2(getStyles);
  const color = useSegmentColor();
  return (
    <>
      <ol className={styles.list}>
        {steps.map(({ name, clock, secondsSincePrevious }) => (
          <li key={name} className={styles.step}>
            <span className={styles.gap}>
              {secondsSincePrevious === null ? '' : `+${formatDuration(secondsSincePrevious)}`}
            </span>
            <span className={styles.rail}>
              <span
                className={cx(styles.dot, clock.precision === 'bounded' && styles.dashed)}
                style={{ borderColor: color(name), background: clock.precision === 'exact' ? color(name) : undefined }}
              />
            </span>
            <span className={styles.body}>
              <Text weight="medium">{clockText(name)}</Text>
              <span className={styles.when}>
                <Timestamp at={clock.at} timeZone={timeZone} />
              </span>
              <Precision clock={clock} timeZone={timeZone} />
              <Text variant="bodySmall" color="secondary">
                {clock.actor === undefined
                  ? t('clock.source', 'from {{source}}', { source: clock.source })
                  : t('clock.actor', 'by {{actor}}, from {{source}}', { actor: clock.actor, source: clock.source })}
              </Text>
            </span>
          </li>
        ))}
      </ol>
      {missing.length > 0 && (
        <Text variant="bodySmall" color="secondary">
          {t('clock.missing', 'No data: {{clocks}}', { clocks: missing.map(clockText).join(', ') })}
        </Text>
      )}
    </>
  );
}

function Precision({ clock, timeZone }: { clock: ClockJson; timeZone?: string }) {
  if (clock.precision === 'exact') return null;
  const format = (at: string | undefined) => (at === undefined ? '?' : dateTimeFormat(Date.parse(at), { timeZone }));
  const tooltip =
    clock.precision === 'bounded'
      ? t('clock.bounded-tooltip', 'It lies between {{lo}} and {{hi}}. Durations count from the earlier end.', {
          lo: format(clock.lo),
          hi: format(clock.hi ?? clock.at),
        })
      : t('clock.inferred-tooltip', 'Concluded from something else, not recorded by the source of the event itself.');
  return (
    <Tooltip content={tooltip}>
      <span>
        <Badge
          color="darkgrey"
          text={
            clock.precision === 'bounded' ? t('clock.bounded', 'within an interval') : t('clock.inferred', 'inferred')
          }
        />
      </span>
    </Tooltip>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({ listStyle: 'none', margin: 0, padding: 0 }),
  step: css({
    display: 'grid',
    gridTemplateColumns: '72px 16px 1fr',
    gap: theme.spacing(1.5),
    alignItems: 'stretch',
    minHeight: 40,
    '&:not(:last-child) > :nth-child(2)::after': {
      content: '""',
      position: 'absolute',
      top: 22,
      bottom: -10,
      left: 7,
      width: 2,
      background: theme.colors.border.medium,
    },
  }),
  gap: css({
    color: theme.colors.text.secondary,
    fontVariantNumeric: 'tabular-nums',
    textAlign: 'right',
    paddingTop: 8,
    ...theme.typography.bodySmall,
  }),
  rail: css({ position: 'relative' }),
  dot: css({
    position: 'absolute',
    top: 11,
    left: 1,
    width: 14,
    height: 14,
    borderRadius: theme.shape.radius.circle,
    borderWidth: 2,
    borderStyle: 'solid',
  }),
  dashed: css({ borderStyle: 'dashed' }),
  body: css({
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'baseline',
    gap: theme.spacing(0.5, 1.5),
    padding: theme.spacing(0.75, 0),
  }),
  when: css({ color: theme.colors.text.secondary, fontVariantNumeric: 'tabular-nums' }),
});
