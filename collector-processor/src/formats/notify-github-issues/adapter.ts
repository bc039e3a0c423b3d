import type { Decoded, Envelope, FormatAdapter, Json } from '@cnapp-slo/model';
import { type NotificationStep, notification } from '../notification.ts';
import { accept, actorOf, reject } from '../observe.ts';
import { at, isObject, obj, str } from '../read.ts';
import { eventTime } from '../time.ts';

/** GitHub's `issues` webhook, where issues serve as tickets. Source: docs.github.com/webhooks/webhook-events-and-payloads#issues. */
export const notifyGithubIssues: FormatAdapter = {
  id: 'notify-github-issues',
  stability: 'beta',
  matches: (doc) =>
    isObject(doc) &&
    typeof doc.action === 'string' &&
    isObject(doc.issue) &&
    'number' in doc.issue &&
    !('webhookEvent' in doc),
  decode,
};

/** A closed issue keeps `closed_at` after it is reopened; deletion and transfer resolve nothing. */
const STEPS: Record<string, NotificationStep> = {
  opened: 'alerted',
  assigned: 'acknowledged',
  labeled: 'acknowledged',
  closed: 'resolved',
  reopened: 'reopened',
};

function decode(doc: Json, envelope: Envelope): Decoded {
  const issue = obj(doc, 'issue');
  const action = str(doc, 'action') ?? '';
  const key =
    /<!--\s*cnapp:(\S+)\s*-->/.exec(str(issue, 'body') ?? '')?.[1] ?? str(issue, 'node_id') ?? str(issue, 'number');
  if (key === undefined) return reject('notify-github-issues.schema', 'no issue id');
  const times: Record<string, Json | undefined> = { opened: issue.created_at, closed: issue.closed_at };
  const atMs = eventTime(envelope, times[action], issue.updated_at, issue.created_at);
  const sender = str(doc, 'sender', 'login');
  const actor =
    sender === undefined ? undefined : actorOf(sender, at(doc, 'sender', 'type') === 'Bot' ? 'automation' : 'human');
  return accept(notification('github-issues', STEPS[action] ?? 'other', key, atMs, actor));
}
