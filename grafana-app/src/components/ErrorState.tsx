import { Alert, Button, Stack } from '@grafana/ui';
import type { ApiError } from '../api/api-error.ts';
import { adviceFor } from '../datasource/health.ts';
import { t } from '../i18n.ts';

interface Props {
  error: ApiError;
  /** What could not be shown. */
  title: string;
  onRetry: () => void;
}

/** In place of what could not be loaded: what happened, what to do, and that it tries again by itself. */
export function ErrorState({ error, title, onRetry }: Props) {
  return (
    <Alert severity="error" title={title}>
      <Stack direction="column" gap={1} alignItems="flex-start">
        <span>{adviceFor(error)}</span>
        {error.isTransient && <span>{t('error.retrying', 'This page tries again by itself.')}</span>}
        <Button size="sm" variant="secondary" icon="sync" onClick={onRetry}>
          {t('error.retry', 'Try again now')}
        </Button>
      </Stack>
    </Alert>
  );
}

/** Above data that could not be refreshed. */
export function StaleNotice({ error, age, onRetry }: { error: ApiError; age: string; onRetry: () => void }) {
  return (
    <Alert
      severity="warning"
      title={t('error.stale', 'Showing data from {{age}}: the last refresh failed', { age })}
      buttonContent={t('error.retry', 'Try again now')}
      onRemove={onRetry}
    >
      {adviceFor(error)}
    </Alert>
  );
}
