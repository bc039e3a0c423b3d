import type { Decoded, Envelope, FormatAdapter, Json } from '@cnapp-slo/model';
import { type NotificationStep, notification } from '../notification.ts';
import { accept, actorOf, reject } from '../observe.ts';
import { isObject, obj, str } from '../read.ts';
import { eventTime } from '../time.ts';

/** PagerDuty webhooks, version 3. Source: developer.pagerduty.com/docs/webhooks-overview. */
export const notifyPagerdutyWebhook: FormatAdapter = {
  id: 'notify-pagerduty-webhook',
  stability: 'beta',
  matches: (doc) =>
    isObject(doc) &&
    isObject(doc.event) &&
    /^(incident|service)\./.test(str(doc, 'event', 'event_type') ?? '') &&
    'occurred_at' in doc.event,
  decode,
};

const STEPS: Record<string, NotificationStep> = {
  'incident.triggered': 'alerted',
  'incident.acknowledged': 'acknowledged',
  'incident.unacknowledged': 'unacknowledged',
  'incident.resolved': 'resolved',
  'incident.reopened': 'reopened',
};

function decode(doc: Json, envelope: Envelope): Decoded {
  const event = obj(doc, 'event');
  const key = str(event, 'data', 'incident_key') ?? str(event, 'data', 'id');
  if (key === undefined) return reject('notify-pagerduty-webhook.schema', 'no incident key');
  const agent = str(event, 'agent', 'summary') ?? str(event, 'agent', 'id');
  const actor =
    agent === undefined
      ? undefined
      : actorOf(agent, str(event, 'agent', 'type')?.startsWith('user') === true ? 'human' : 'automation');
  return accept(
    notification(
      'pagerduty',
      STEPS[str(event, 'event_type') ?? ''] ?? 'other',
      key,
      eventTime(envelope, event.occurred_at),
      actor,
    ),
  );
}
