/** Local servers in the place of Slack, Teams, PagerDuty, GitHub and Jira: each refuses who does not prove to be us, and counts. */
import { type ReceivedCall, type StandIn, startStandIn } from '../servers/http-stand-in.ts';
import { secretFile } from './setting.ts';

type Name = 'pager' | 'chat' | 'room' | 'issues' | 'tickets';

export interface Services {
  /** The section `notifications.channels` that leads to them. */
  channels: Record<string, object>;
  all: Record<Name, StandIn>;
  /** Which of them answer 503. */
  away: Set<Name>;
  /** What was refused, which is nothing. */
  refused: ReceivedCall[];
  stop(): Promise<void>;
}

export async function startServices(folder: string): Promise<Services> {
  const refused: ReceivedCall[] = [];
  let made = 0;
  const posted: { ts: string }[] = [];
  const away = new Set<Name>();
  const guarded = (name: Name, isOurs: (call: ReceivedCall) => boolean, answer: (call: ReceivedCall) => object) =>
    startStandIn((call) => {
      if (away.has(name)) return { status: 503 };
      if (isOurs(call)) return answer(call);
      refused.push(call);
      return { status: 401 };
    });
  const bearer = (token: string) => (call: ReceivedCall) => call.headers.authorization === `Bearer ${token}`;
  const all = {
    pager: await guarded(
      'pager',
      ({ json }) => (json as { routing_key?: string }).routing_key === 'r0uting',
      () => ({ status: 202, body: { status: 'success' } }),
    ),
    chat: await guarded('chat', bearer('xoxb-1'), ({ method, json }) => {
      if (method === 'GET') return { body: { ok: true, messages: [...posted].reverse() } };
      const message = json as { ts?: string };
      if (message.ts === undefined)
        posted.push({ ...message, ts: `1503435956.${String(posted.length).padStart(6, '0')}` });
      return { body: { ok: true, channel: 'C1', ts: message.ts ?? posted.at(-1)?.ts } };
    }),
    room: await guarded(
      'room',
      ({ path }) => path === '/flow?sig=s3cret',
      () => ({ status: 202 }),
    ),
    issues: await guarded('issues', bearer('ghs_1'), ({ method, raw }) => {
      if (method === 'GET') return { body: [] };
      made += 1;
      return { status: method === 'POST' ? 201 : 200, body: { number: made, body: raw } };
    }),
    tickets: await guarded(
      'tickets',
      ({ headers }) => headers.authorization === 'Basic abc',
      ({ method, path }) => {
        if (method === 'GET') return { body: { issues: [] } };
        made += 1;
        return path === '/rest/api/2/issue' ? { status: 201, body: { key: `SEC-${made}` } } : { status: 204 };
      },
    ),
  };
  const secret = (name: string, value: string) => secretFile(folder, name, value);
  return {
    all,
    away,
    refused,
    channels: {
      pager: { kind: 'pagerduty', endpoint: all.pager.url, routing_key: secret('pager', 'r0uting') },
      chat: { kind: 'slack', endpoint: all.chat.url, channel: 'C1', token: secret('chat', 'xoxb-1') },
      room: { kind: 'teams', url: secret('room', `${all.room.url}/flow?sig=s3cret`) },
      issues: {
        kind: 'github_issues',
        endpoint: all.issues.url,
        repository: 'acme/infra',
        token: secret('issues', 'ghs_1'),
      },
      tickets: {
        kind: 'jira',
        endpoint: all.tickets.url,
        project: 'SEC',
        authorization: secret('tickets', 'Basic abc'),
        resolve_transition: '31',
      },
    },
    async stop() {
      for (const server of Object.values(all)) await server.stop();
    },
  };
}
