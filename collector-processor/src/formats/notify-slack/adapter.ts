import type { Decoded, Envelope, FormatAdapter, Json } from '@cnapp-slo/model';
import { notification } from '../notification.ts';
import { accept, actorOf, reject } from '../observe.ts';
import { isObject, obj, objects, str } from '../read.ts';
import { eventTime } from '../time.ts';

/** Slack interactivity and events. Source: api.slack.com/reference/interaction-payloads, api.slack.com/apis/events-api. */
export const notifySlack: FormatAdapter = {
  id: 'notify-slack',
  stability: 'alpha',
  matches: (doc) =>
    isObject(doc) &&
    ((doc.type === 'block_actions' && Array.isArray(doc.actions)) ||
      (isObject(doc.event) && 'event_id' in doc && 'event_time' in doc && ('team_id' in doc || 'api_app_id' in doc))),
  decode,
};

/** A button's value says what it does; a reaction acknowledges; a message is the notification itself. */
function decode(doc: Json, envelope: Envelope): Decoded {
  if (!isObject(doc)) return reject('notify-slack.schema', 'not an object');
  const event = obj(doc, 'event');
  const person = str(doc, 'user', 'username') ?? str(doc, 'user', 'id') ?? str(event, 'user');
  const actor = person === undefined ? undefined : actorOf(person, 'human');
  if (doc.type === 'block_actions') {
    const action = objects(doc, 'actions')[0];
    const value = str(action, 'value') ?? str(action, 'action_id') ?? '';
    const key = value.split(':').at(-1) || (str(doc, 'container', 'message_ts') ?? '_');
    const step = /resolve|close/i.test(value) ? 'resolved' : 'acknowledged';
    return accept(notification('slack', step, key, eventTime(envelope, action?.action_ts), actor));
  }
  const key = `${str(event, 'item', 'channel') ?? str(event, 'channel') ?? '_'}/${str(event, 'item', 'ts') ?? str(event, 'ts') ?? '_'}`;
  const step = event.type === 'reaction_added' ? 'acknowledged' : event.type === 'message' ? 'alerted' : 'other';
  return accept(notification('slack', step, key, eventTime(envelope, event.event_ts, event.ts, doc.event_time), actor));
}
