import type { ExportResult } from '../delivery-queue.ts';
import { httpCall } from '../http-call.ts';
import type { Alert } from './alert.ts';
import type { AlertmanagerConfig } from './config.ts';

/** Sends alerts to one Alertmanager. Never rejects. What Alertmanager accepts is stored there; no person has seen it. */
export async function postAlerts(
  endpoint: string,
  alerts: readonly Alert[],
  { authorization, timeout }: Pick<AlertmanagerConfig, 'authorization' | 'timeout'>,
): Promise<ExportResult> {
  const answer = await httpCall({
    method: 'POST',
    url: `${endpoint}/api/v2/alerts`,
    ...(authorization !== undefined && { headers: { authorization } }),
    body: alerts,
    timeoutMs: timeout,
  });
  return answer.ok ? { status: 'accepted' } : answer.result;
}
