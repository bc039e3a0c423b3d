import type { Decoded, Envelope, FormatAdapter, Json } from '@cnapp-slo/model';
import { type NotificationStep, notification } from '../notification.ts';
import { accept, actorOf, reject } from '../observe.ts';
import { isObject, obj, str } from '../read.ts';
import { eventTime } from '../time.ts';

/** Opsgenie's outgoing webhook. `createdAt` is in milliseconds, `updatedAt` in nanoseconds. Source: support.atlassian.com/opsgenie/docs/opsgenie-edge-connector-alert-action-data. */
export const notifyOpsgenieWebhook: FormatAdapter = {
  id: 'notify-opsgenie-webhook',
  stability: 'beta',
  matches: (doc) => isObject(doc) && typeof doc.action === 'string' && isObject(doc.alert) && 'alertId' in doc.alert,
  decode,
};

/** Deleting an alert is no resolution. */
const STEPS: Record<string, NotificationStep> = {
  Create: 'alerted',
  Acknowledge: 'acknowledged',
  UnAcknowledge: 'unacknowledged',
  Close: 'resolved',
};

function decode(doc: Json, envelope: Envelope): Decoded {
  const alert = obj(doc, 'alert');
  const key = str(alert, 'alias') ?? str(alert, 'alertId');
  if (key === undefined) return reject('notify-opsgenie-webhook.schema', 'no alert id');
  const action = str(doc, 'action') ?? '';
  const atMs =
    action === 'Create' ? eventTime(envelope, alert.createdAt) : eventTime(envelope, alert.updatedAt, alert.createdAt);
  const user = str(alert, 'username');
  return accept(
    notification('opsgenie', STEPS[action] ?? 'other', key, atMs, user === undefined ? undefined : actorOf(user)),
  );
}
