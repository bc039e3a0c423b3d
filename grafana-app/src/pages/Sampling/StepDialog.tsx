import type { RolloutStep } from '@cnapp-slo/model';
import { Alert, Button, Field, Modal, Stack, Text, TextArea } from '@grafana/ui';
import { useState } from 'react';
import { toApiError } from '../../api/api-error.ts';
import type { RolloutJson, SamplingClient } from '../../api/sampling-client.ts';
import { adviceFor } from '../../datasource/health.ts';
import { t } from '../../i18n.ts';
import { stepEffect, stepText } from './texts.ts';

interface Props {
  client: SamplingClient;
  rollout: RolloutJson;
  step: RolloutStep;
  onClose: () => void;
  onDone: () => void;
}

/** Asks why, and takes the step. What needs an override by now asks for that, too. */
export function StepDialog({ client, rollout, step, onClose, onDone }: Props) {
  const [reason, setReason] = useState('');
  /** null: none is asked for. */
  const [overrideReason, setOverrideReason] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const isReady = reason.trim() !== '' && overrideReason?.trim() !== '';

  const take = async () => {
    setBusy(true);
    setProblem(null);
    try {
      await client.step(step, rollout.id, { reason, ...(overrideReason !== null && { overrideReason }) });
      onDone();
    } catch (error) {
      const refused = toApiError(error);
      if (refused.status === 422) setOverrideReason(overrideReason ?? '');
      setProblem(adviceFor(refused));
      setBusy(false);
    }
  };
  return (
    <Modal isOpen title={stepText(step)} onDismiss={onClose}>
      <Stack direction="column" gap={2}>
        <Text>{stepEffect(step)}</Text>
        <Field label={t('sampling.review.reason', 'Why')} noMargin>
          <TextArea
            id="cnapp-sampling-step-reason"
            rows={2}
            autoFocus
            value={reason}
            onChange={({ currentTarget }) => setReason(currentTarget.value)}
          />
        </Field>
        {overrideReason !== null && (
          <Field label={t('sampling.review.override', 'Why these detections may be lost')} noMargin>
            <TextArea
              id="cnapp-sampling-step-override"
              rows={2}
              value={overrideReason}
              onChange={({ currentTarget }) => setOverrideReason(currentTarget.value)}
            />
          </Field>
        )}
        {problem !== null && <Alert severity="error" title={problem} />}
      </Stack>
      <Modal.ButtonRow>
        <Button variant="secondary" fill="outline" onClick={onClose}>
          {t('sampling.cancel', 'Cancel')}
        </Button>
        <Button
          variant={step === 'reverted' ? 'destructive' : 'primary'}
          disabled={!isReady || isBusy}
          onClick={() => void take()}
        >
          {stepText(step)}
        </Button>
      </Modal.ButtonRow>
    </Modal>
  );
}
