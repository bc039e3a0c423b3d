import { Button, Dropdown, Menu, Stack, Text } from '@grafana/ui';
import { useState } from 'react';
import { toApiError } from '../api/api-error.ts';
import { type Client, VERDICTS, type Verdict } from '../api/client.ts';
import { isEditor } from '../api/roles.ts';
import { adviceFor } from '../datasource/health.ts';
import { t } from '../i18n.ts';

interface Props {
  client: Pick<Client, 'acknowledge' | 'giveVerdict'>;
  /** A finding, an episode or an incident. */
  subjectId: string;
  isAcknowledged: boolean;
  /** Once it is recorded. */
  onDone: () => void;
}

/** Take it on, or say what it turned out to be: a click each. Not for viewers, whom the proxy would refuse. */
export function SubjectActions({ client, subjectId, isAcknowledged, onDone }: Props) {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  if (!isEditor()) return null;

  const run = async (action: () => Promise<void>) => {
    setBusy(true);
    setProblem(null);
    try {
      await action();
      onDone();
    } catch (reason) {
      setProblem(adviceFor(toApiError(reason)));
    } finally {
      setBusy(false);
    }
  };
  const verdicts = (
    <Menu>
      {VERDICTS.map((verdict) => (
        <Menu.Item
          key={verdict}
          label={verdictText(verdict)}
          onClick={() => void run(() => client.giveVerdict(subjectId, verdict, ''))}
        />
      ))}
    </Menu>
  );
  return (
    <Stack alignItems="center" gap={1} wrap="wrap">
      {problem !== null && (
        <Text color="error" variant="bodySmall">
          {problem}
        </Text>
      )}
      {!isAcknowledged && (
        <Button size="sm" icon="check" disabled={isBusy} onClick={() => void run(() => client.acknowledge(subjectId))}>
          {t('action.acknowledge', 'Acknowledge')}
        </Button>
      )}
      <Dropdown overlay={verdicts} placement="bottom-end">
        <Button size="sm" variant="secondary" icon="angle-down" disabled={isBusy}>
          {t('action.verdict', 'Verdict')}
        </Button>
      </Dropdown>
    </Stack>
  );
}

export function verdictText(verdict: Verdict): string {
  switch (verdict) {
    case 'tp':
      return t('verdict.tp', 'True positive');
    case 'fp':
      return t('verdict.fp', 'False positive');
    case 'btp':
      return t('verdict.btp', 'Benign: real, but authorised');
    case 'duplicate':
      return t('verdict.duplicate', 'Duplicate');
  }
}
