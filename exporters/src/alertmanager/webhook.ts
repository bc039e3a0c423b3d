import type { AlertInput, Rejection } from '@cnapp-slo/model';
import * as z from 'zod';

/** What a webhook call says to us. */
export interface WebhookAlerts {
  inputs: AlertInput[];
  rejections: Rejection[];
  /** Alerts that set nothing: resolved ones, and those that carry no incident of ours. */
  ignored: number;
}

const labels = z.record(z.string(), z.string());
/** Version 4 of the body: prometheus.io/docs/alerting/latest/configuration/#webhook_config. Older senders leave out `status` per alert. */
const Body = z.object({
  version: z.literal('4'),
  status: z.enum(['firing', 'resolved']),
  groupKey: z.string().optional(),
  alerts: z.array(
    z.object({
      status: z.enum(['firing', 'resolved']).optional(),
      labels,
      startsAt: z.string(),
    }),
  ),
});

/**
 * The notifications in a webhook call of Alertmanager: a firing alert with the label `cnapp_incident` was sent to people at
 * `startsAt`, which is when the rule fired and not when anyone was reached, hence `inferred`. `resolved` sets
 * nothing, and an alert without the label touches no episode. What fires in one call reached people together: it is one alert
 * group, until its first alert is resolved.
 */
export function parseAlertmanagerWebhook(body: unknown): WebhookAlerts {
  const parsed = Body.safeParse(body);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const message = `${issue?.path.join('.') || 'body'}: ${issue?.message ?? 'invalid'}`;
    return { inputs: [], rejections: [{ code: 'alertmanager_webhook.schema', message }], ignored: 0 };
  }
  const result: WebhookAlerts = { inputs: [], rejections: [], ignored: 0 };
  const group = groupOf(parsed.data);
  for (const [index, alert] of parsed.data.alerts.entries()) {
    const subjectId = alert.labels.cnapp_incident;
    if (!subjectId || (alert.status ?? parsed.data.status) === 'resolved') {
      result.ignored += 1;
      continue;
    }
    const atMs = Date.parse(alert.startsAt);
    if (!(atMs > 0)) {
      const message = `alerts.${index}.startsAt: must be a time after 1970`;
      result.rejections.push({ code: 'alertmanager_webhook.starts_at', message });
      continue;
    }
    result.inputs.push({ kind: 'alert', subjectId, channel: 'alertmanager', precision: 'inferred', ...group, atMs });
  }
  return result;
}

/** A group's key comes again whenever its labels do: the start of its oldest firing alert tells one time from the next. */
function groupOf({ groupKey, status, alerts }: z.output<typeof Body>): { group?: string } {
  const starts = alerts.filter((alert) => (alert.status ?? status) === 'firing').map((alert) => alert.startsAt);
  const [oldest] = starts.sort((a, b) => Date.parse(a) - Date.parse(b));
  return groupKey === undefined || oldest === undefined ? {} : { group: `${groupKey} ${oldest}` };
}
