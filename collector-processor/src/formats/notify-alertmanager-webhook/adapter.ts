import type { Envelope, FormatAdapter, JsonObject, Observation } from '@cnapp-slo/model';
import { notification } from '../notification.ts';
import { accept, reject } from '../observe.ts';
import { isObject, objects, str } from '../read.ts';
import { eventTime, parseTime } from '../time.ts';

/** Alertmanager's webhook, version 4. It has no acknowledgement. Source: prometheus.io/docs/alerting/latest/configuration/#webhook_config. */
export const notifyAlertmanagerWebhook: FormatAdapter = {
  id: 'notify-alertmanager-webhook',
  stability: 'beta',
  matches: (doc) =>
    isObject(doc) &&
    Array.isArray(doc.alerts) &&
    'receiver' in doc &&
    !('orgId' in doc) &&
    (doc.version === '4' || doc.version === '3' || 'groupKey' in doc),
  decode: (doc, envelope) =>
    isObject(doc)
      ? accept(...alertNotifications('alertmanager', doc, envelope))
      : reject('notify-alertmanager-webhook.schema', 'not an object'),
};

/** Each alert by its own status: a group that fires may hold resolved ones. Old senders give neither status nor fingerprint. */
export function alertNotifications(channel: string, doc: JsonObject, envelope: Envelope): Observation[] {
  return objects(doc, 'alerts').map((alert) => {
    const resolved = (str(alert, 'status') ?? str(doc, 'status')) === 'resolved';
    const key =
      str(alert, 'labels', 'cnapp_incident') ?? str(alert, 'fingerprint') ?? str(alert, 'labels', 'alertname') ?? '_';
    // Year 0001 stands for "not yet".
    const atMs = resolved ? (parseTime(alert.endsAt) ?? eventTime(envelope)) : eventTime(envelope, alert.startsAt);
    return notification(channel, resolved ? 'resolved' : 'alerted', key, atMs);
  });
}
