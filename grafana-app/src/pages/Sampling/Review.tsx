import { Alert, Button, Field, Stack, Text, TextArea, TextLink } from '@grafana/ui';
import { useState } from 'react';
import { toApiError } from '../../api/api-error.ts';
import { isEditor } from '../../api/roles.ts';
import type { Candidate, SamplingClient, SimulationAnswer } from '../../api/sampling-client.ts';
import { adviceFor } from '../../datasource/health.ts';
import { t } from '../../i18n.ts';
import { useLink } from '../../scenes/use-link.ts';
import { formatPercent } from '../../slo/format.ts';
import { Diff } from './Diff.tsx';
import { shortId } from './texts.ts';

interface Props {
  client: SamplingClient;
  answer: SimulationAnswer;
  candidate: Candidate;
  isUnderWay: boolean;
  onProposed: () => void;
}

const shownLosses = 5;

/** What would change in the tiers file, and why: the step from thinking to proposing. */
export function Review({ client, answer, candidate, isUnderWay, onProposed }: Props) {
  const link = useLink();
  const [reason, setReason] = useState('');
  const [overrideReason, setOverrideReason] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  if (answer.diff === '') {
    return (
      <Text color="secondary">
        {t(
          'sampling.review.nothing',
          'Move a slider, take a point of the curve, or set a budget: what changes is shown here before anybody proposes it.',
        )}
      </Text>
    );
  }
  const { losses, needs_override: needsOverride } = answer;
  const isReady = reason.trim() !== '' && (!needsOverride || overrideReason.trim() !== '');

  const propose = async () => {
    setBusy(true);
    setProblem(null);
    try {
      await client.propose(candidate, { reason, ...(needsOverride && { overrideReason }) });
      onProposed();
    } catch (error) {
      setProblem(adviceFor(toApiError(error)));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Stack direction="column" gap={2}>
      <Diff text={answer.diff} />
      {needsOverride && (
        <Alert
          severity="warning"
          title={t('sampling.review.losses', '{{count}} detections on c0 or c1 assets may leave no trace', {
            count: losses.length,
          })}
        >
          <ul>
            {losses.slice(0, shownLosses).map(({ phase, asset, chance }) => (
              <li key={phase}>
                <TextLink href={link(`/findings/${encodeURIComponent(phase.split('.')[0] ?? phase)}`)}>
                  {t('sampling.review.loss', 'Detection on {{asset}}: seen with a chance of {{chance}}', {
                    asset: shortId(asset),
                    chance: formatPercent(chance),
                  })}
                </TextLink>
              </li>
            ))}
          </ul>
        </Alert>
      )}
      {!isEditor() ? (
        <Text color="secondary">
          {t('sampling.review.viewer', 'Editors can propose this change. Your role may look at what it would do.')}
        </Text>
      ) : isUnderWay ? (
        <Text color="secondary">
          {t('sampling.review.under-way', 'Another change is under way. Enforce it, or take it back, first.')}
        </Text>
      ) : (
        <>
          <Field label={t('sampling.review.reason', 'Why')} noMargin>
            <TextArea
              id="cnapp-sampling-reason"
              rows={2}
              value={reason}
              onChange={({ currentTarget }) => setReason(currentTarget.value)}
            />
          </Field>
          {needsOverride && (
            <Field
              label={t('sampling.review.override', 'Why these detections may be lost')}
              description={t('sampling.review.override-hint', 'It is kept with your name.')}
              noMargin
            >
              <TextArea
                id="cnapp-sampling-override"
                rows={2}
                value={overrideReason}
                onChange={({ currentTarget }) => setOverrideReason(currentTarget.value)}
              />
            </Field>
          )}
          {problem !== null && <Alert severity="error" title={problem} />}
          <Stack>
            <Button disabled={!isReady || isBusy} onClick={() => void propose()}>
              {t('sampling.review.propose', 'Propose this change')}
            </Button>
          </Stack>
        </>
      )}
    </Stack>
  );
}
