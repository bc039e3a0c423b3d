import type { ExportResult } from '../delivery-queue.ts';
import type { Alert } from './alert.ts';
import type { AlertmanagerConfig } from './config.ts';

/** Sends alerts to one Alertmanager. Never rejects. What Alertmanager accepts is stored there; no person has seen it. */
export async function postAlerts(
  endpoint: string,
  alerts: readonly Alert[],
  config: Pick<AlertmanagerConfig, 'authorization' | 'timeout'>,
): Promise<ExportResult> {
  try {
    const response = await fetch(`${endpoint}/api/v2/alerts`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(config.authorization !== undefined && { authorization: config.authorization }),
      },
      body: JSON.stringify(alerts),
      signal: AbortSignal.timeout(config.timeout),
    });
    await response.body?.cancel();
    if (response.ok) return { status: 'accepted' };
    const mayRecover = response.status >= 500 || response.status === 429;
    return { status: mayRecover ? 'retryable' : 'rejected', code: `http_${response.status}` };
  } catch (error) {
    const isTimeout = error instanceof Error && error.name === 'TimeoutError';
    return { status: 'retryable', code: isTimeout ? 'timeout' : 'unreachable' };
  }
}
