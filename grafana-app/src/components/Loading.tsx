import { dateTimeFormatTimeAgo } from '@grafana/data';
import { LoadingPlaceholder, Text } from '@grafana/ui';
import type { ReactNode } from 'react';
import type { Loaded } from '../api/use-api.ts';
import { useTick } from '../api/use-tick.ts';
import { t } from '../i18n.ts';
import { ErrorState, StaleNotice } from './ErrorState.tsx';

interface Props<T> {
  loaded: Loaded<T>;
  /** Heads the message when there is nothing to show. */
  errorTitle: string;
  /** While nothing has arrived yet. */
  placeholder?: ReactNode;
  children: (data: T) => ReactNode;
}

/** Draws data in each of its states: awaited, here, stale, failed. */
export function Loading<T>({ loaded, errorTitle, placeholder, children }: Props<T>) {
  const { data, error, loadedAtMs, reload } = loaded;
  if (data === null) {
    if (error !== null) return <ErrorState error={error} title={errorTitle} onRetry={reload} />;
    return (
      <>
        {placeholder ?? <LoadingPlaceholder text={t('loading.text', 'Loading …')} />}
        <SlowNotice />
      </>
    );
  }
  return (
    <>
      {error !== null && loadedAtMs !== null && (
        <StaleNotice error={error} age={dateTimeFormatTimeAgo(loadedAtMs)} onRetry={reload} />
      )}
      {children(data)}
    </>
  );
}

const slowAfterMs = 5_000;

/** Says that it is not the page that is stuck. */
function SlowNotice() {
  const isSlow = useTick(slowAfterMs) > 0;
  if (!isSlow) return null;
  return (
    <Text color="secondary" variant="bodySmall">
      {t('loading.slow', 'The processor has not answered yet. This page goes on waiting.')}
    </Text>
  );
}
