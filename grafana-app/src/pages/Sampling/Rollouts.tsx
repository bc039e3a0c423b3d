import type { RolloutStep } from '@cnapp-slo/model';
import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Icon, Stack, Text, useStyles2 } from '@grafana/ui';
import { useState } from 'react';
import { isAdmin, isEditor } from '../../api/roles.ts';
import type { RolloutJson, RolloutStepJson, SamplingClient } from '../../api/sampling-client.ts';
import { useTick } from '../../api/use-tick.ts';
import { Badge } from '../../components/Badge.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Timestamp } from '../../components/Timestamp.tsx';
import { getTableStyles } from '../../components/table-styles.ts';
import { t } from '../../i18n.ts';
import { formatDuration, formatPercent } from '../../slo/format.ts';
import { Diff } from './Diff.tsx';
import { StepDialog } from './StepDialog.tsx';
import { guardLimit, guardText, guardValue, STEP_COLORS, stepText } from './texts.ts';

interface Props {
  client: SamplingClient;
  rollouts: readonly RolloutJson[];
  onChanged: () => void;
}

const PATH: readonly RolloutStep[] = ['proposed', 'shadow', 'canary', 'enforced'];
const shownEarlier = 5;

/** The latest change and the one that stands, with their guards; and those before. */
export function Rollouts({ client, rollouts, onChanged }: Props) {
  const [first] = rollouts;
  const standing = rollouts.find(({ step, superseded }) => step === 'enforced' && !superseded);
  const shown = [first, standing === first ? undefined : standing].filter((one) => one !== undefined);
  const earlier = rollouts.filter((rollout) => !shown.includes(rollout));
  return (
    <Panel title={t('sampling.rollouts.title', 'Changes')}>
      {first === undefined ? (
        <Text color="secondary">
          {t('sampling.rollouts.none', 'No change was proposed yet: what stands is the tiers file.')}
        </Text>
      ) : (
        <Stack direction="column" gap={2}>
          {shown.map((rollout) => (
            <Rollout key={rollout.id} client={client} rollout={rollout} onChanged={onChanged} />
          ))}
          {earlier.slice(0, shownEarlier).map((rollout) => (
            <details key={rollout.id}>
              <summary>
                <RolloutTitle rollout={rollout} />
              </summary>
              <Diff text={rollout.diff} />
              <History steps={rollout.steps} />
            </details>
          ))}
        </Stack>
      )}
    </Panel>
  );
}

function RolloutTitle({ rollout: { revision, step, superseded, prediction } }: { rollout: RolloutJson }) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.title}>
      <Badge text={stepText(step)} color={STEP_COLORS[step]} />
      <span>{revision}</span>
      {superseded && <Badge text={t('sampling.rollouts.superseded', 'of an earlier file')} color="darkgrey" />}
      <Text variant="bodySmall" color="secondary">
        {t('sampling.rollouts.keeps', 'keeps {{after}} in place of {{before}} of the bytes', {
          before: formatPercent(prediction.kept_share_before),
          after: formatPercent(prediction.kept_share),
        })}
      </Text>
    </div>
  );
}

function Rollout({
  client,
  rollout,
  onChanged,
}: {
  client: SamplingClient;
  rollout: RolloutJson;
  onChanged: () => void;
}) {
  const styles = useStyles2(getStyles);
  const [asked, setAsked] = useState<RolloutStep | null>(null);
  useTick(1_000); // buttons wait for the time of their step
  return (
    <Stack direction="column" gap={2}>
      <RolloutTitle rollout={rollout} />
      <Path rollout={rollout} />
      <div className={styles.columns}>
        <div>
          <Diff text={rollout.diff} />
          <History steps={rollout.steps} />
        </div>
        <Guards rollout={rollout} />
      </div>
      {isEditor() && (
        <Stack gap={1} wrap="wrap">
          {rollout.next.map(({ step, from }) => (
            <StepButton key={step} step={step} fromMs={Date.parse(from)} onClick={() => setAsked(step)} />
          ))}
        </Stack>
      )}
      {asked !== null && (
        <StepDialog
          client={client}
          rollout={rollout}
          step={asked}
          onClose={() => setAsked(null)}
          onDone={() => {
            setAsked(null);
            onChanged();
          }}
        />
      )}
    </Stack>
  );
}

/** Where it is between the proposal and all telemetry. */
function Path({ rollout: { step, canary_share: share } }: { rollout: RolloutJson }) {
  const styles = useStyles2(getStyles);
  const reached = PATH.indexOf(step);
  return (
    <ol className={styles.path}>
      {PATH.map((one, index) => {
        const isHere = one === step;
        const state = isHere ? styles.here : index < reached ? styles.done : styles.ahead;
        return (
          <li key={one} className={cx(styles.station, state)} aria-current={isHere ? 'step' : undefined}>
            {index < reached && <Icon name="check" size="sm" />}
            {stepText(one)}
            {one === 'canary' && share !== null && ` (${formatPercent(share, 0)})`}
          </li>
        );
      })}
      {step === 'reverted' && (
        <li className={cx(styles.station, styles.reverted)} aria-current="step">
          <Icon name="history" size="sm" />
          {stepText(step)}
        </li>
      )}
    </ol>
  );
}

function StepButton({ step, fromMs, onClick }: { step: RolloutStep; fromMs: number; onClick: () => void }) {
  const waits = fromMs - Date.now();
  // Canary and enforcement drop telemetry.
  const isForAdmins = step === 'canary' || step === 'enforced';
  const names: Partial<Record<RolloutStep, string>> = {
    shadow: t('sampling.rollouts.to-shadow', 'Try it in shadow'),
    canary: t('sampling.rollouts.to-canary', 'Start the canary'),
    enforced: t('sampling.rollouts.to-enforced', 'Enforce it'),
    reverted: t('sampling.rollouts.to-reverted', 'Take it back'),
  };
  const isMissingRole = isForAdmins && !isAdmin();
  return (
    <Button
      variant={step === 'reverted' ? 'destructive' : 'primary'}
      fill={step === 'reverted' ? 'outline' : 'solid'}
      disabled={waits > 0 || isMissingRole}
      {...(isMissingRole && { tooltip: t('sampling.rollouts.admins', 'Administrators can do this.') })}
      onClick={onClick}
    >
      {waits > 0
        ? t('sampling.rollouts.in', '{{step}}, in {{time}}', {
            step: names[step] ?? '',
            time: formatDuration(Math.ceil(waits / 1000)),
          })
        : names[step]}
    </Button>
  );
}

function Guards({ rollout: { guards, step, steps } }: { rollout: RolloutJson }) {
  const styles = useStyles2(getTableStyles);
  const shown = step === 'reverted' ? (steps.at(-1)?.broken ?? []) : guards;
  if (shown === null) {
    return (
      <Text color="secondary">
        {t('sampling.guards.none', 'Guards are looked at from shadow on. One that is broken takes the change back.')}
      </Text>
    );
  }
  if (shown.length === 0) return null;
  return (
    <div className={styles.scroll}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th>{t('sampling.guards.guard', 'Guard')}</th>
            <th className={styles.number}>{t('sampling.guards.value', 'Value')}</th>
            <th>{t('sampling.guards.limit', 'Limit')}</th>
            <th>{t('sampling.guards.state', 'State')}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((guard) => (
            <tr key={guard.guard}>
              <td>{guardText(guard.guard)}</td>
              <td className={styles.number}>{guardValue(guard)}</td>
              <td className={styles.nowrap}>{guardLimit(guard)}</td>
              <td>
                {guard.broken ? (
                  <Badge text={t('sampling.guards.broken', 'Broken')} color="red" icon="exclamation-circle" />
                ) : guard.value === null ? (
                  <Badge text={t('sampling.guards.unknown', 'Not known yet')} color="darkgrey" icon="question-circle" />
                ) : (
                  <Badge text={t('sampling.guards.kept', 'Kept')} color="green" icon="check-circle" />
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Who did what, and why. */
function History({ steps }: { steps: readonly RolloutStepJson[] }) {
  const styles = useStyles2(getStyles);
  return (
    <ol className={styles.history}>
      {steps.map(({ step, at, actor, actor_kind: kind, reason, override_reason: override, losses }) => (
        <li key={`${step} ${at}`}>
          <Stack gap={1} alignItems="center" wrap="wrap">
            <strong>{stepText(step)}</strong>
            <span>{kind === 'automation' ? t('sampling.rollouts.guard', 'by a guard') : actor}</span>
            <Timestamp at={at} relative />
          </Stack>
          <Text element="p" variant="bodySmall" color="secondary">
            {reason}
          </Text>
          {override !== null && (
            <Text element="p" variant="bodySmall" color="warning">
              {t('sampling.rollouts.override', 'Override for {{count}} detections: {{reason}}', {
                count: losses.length,
                reason: override,
              })}
            </Text>
          )}
        </li>
      ))}
    </ol>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  columns: css({
    display: 'grid',
    gridTemplateColumns: 'repeat(2, minmax(0, 1fr))',
    gap: theme.spacing(3),
    [theme.breakpoints.down('lg')]: { gridTemplateColumns: 'minmax(0, 1fr)' },
  }),
  title: css({ display: 'inline-flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(1) }),
  path: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(0.5), listStyle: 'none' }),
  station: css({
    display: 'flex',
    alignItems: 'center',
    justifyContent: 'center',
    gap: theme.spacing(0.5),
    flex: '1 1 110px',
    padding: theme.spacing(0.75, 1),
    borderRadius: theme.shape.radius.default,
  }),
  done: css({ background: theme.colors.success.transparent, color: theme.colors.success.text }),
  here: css({
    background: theme.colors.primary.transparent,
    color: theme.colors.text.primary,
    boxShadow: `inset 0 0 0 1px ${theme.colors.primary.border}`,
    fontWeight: theme.typography.fontWeightMedium,
  }),
  ahead: css({ background: theme.colors.background.secondary, color: theme.colors.text.secondary }),
  reverted: css({
    background: theme.colors.error.transparent,
    color: theme.colors.text.primary,
    boxShadow: `inset 0 0 0 1px ${theme.colors.error.border}`,
    fontWeight: theme.typography.fontWeightMedium,
  }),
  history: css({
    listStyle: 'none',
    marginTop: theme.spacing(1.5),
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(1),
  }),
});
