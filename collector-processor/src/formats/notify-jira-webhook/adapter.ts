import type { Decoded, Envelope, FormatAdapter, Json, JsonObject } from '@cnapp-slo/model';
import { type NotificationStep, notification } from '../notification.ts';
import { accept, actorOf, reject } from '../observe.ts';
import { at, isObject, obj, objects, str } from '../read.ts';
import { eventTime } from '../time.ts';

/** Jira's webhooks, Cloud and Server. Source: developer.atlassian.com/server/jira/platform/webhooks. */
export const notifyJiraWebhook: FormatAdapter = {
  id: 'notify-jira-webhook',
  stability: 'beta',
  matches: (doc) =>
    isObject(doc) && typeof doc.webhookEvent === 'string' && (isObject(doc.issue) || 'timestamp' in doc),
  decode,
};

function decode(doc: Json, envelope: Envelope): Decoded {
  if (!isObject(doc)) return reject('notify-jira-webhook.schema', 'not an object');
  const key = str(doc, 'issue', 'key') ?? str(doc, 'issue', 'id');
  if (key === undefined) return reject('notify-jira-webhook.schema', 'no issue');
  const step = stepOf(doc);
  const { created, updated, resolutiondate } = obj(doc, 'issue', 'fields');
  const clocks: Partial<Record<NotificationStep, Json | undefined>> = { alerted: created, resolved: resolutiondate };
  const atMs = eventTime(envelope, clocks[step], doc.timestamp, updated);
  const user = str(doc, 'user', 'emailAddress') ?? str(doc, 'user', 'name') ?? str(doc, 'user', 'accountId');
  return accept(notification('jira', step, key, atMs, user === undefined ? undefined : actorOf(user, 'human')));
}

/** A resolution set resolves, one taken back reopens, an assignee or the start of work acknowledges. */
function stepOf(doc: JsonObject): NotificationStep {
  if (doc.webhookEvent === 'jira:issue_created') return 'alerted';
  const items = objects(doc, 'changelog', 'items');
  const resolution = items.find((item) => item.field === 'resolution');
  if (resolution !== undefined) return str(resolution, 'to') === undefined ? 'reopened' : 'resolved';
  // Closing what is resolved already starts no work.
  const isResolved = isObject(at(doc, 'issue', 'fields', 'resolution'));
  const isTaken = items.some(
    (item) => (item.field === 'assignee' && str(item, 'to') !== undefined) || (item.field === 'status' && !isResolved),
  );
  return isTaken ? 'acknowledged' : 'other';
}
