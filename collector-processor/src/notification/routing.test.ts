import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NotificationConfig } from './config.ts';
import { DEFAULT_ROUTE_EXAMPLES, DEFAULT_ROUTES } from './default-routes.ts';
import { failedExamples, holdOn, type RouteSubject, urgencyOf } from './routing.ts';

const subject: RouteSubject = {
  severity: 'critical',
  detector_class: 'posture',
  criticality: 'c2',
  environment: 'production',
  team: 'payments',
  tenant: 'default',
};

test('the routes that come with the processor decide as their examples say', () => {
  assert.deepEqual(failedExamples(DEFAULT_ROUTES, DEFAULT_ROUTE_EXAMPLES), []);
  const decided = new Set(DEFAULT_ROUTE_EXAMPLES.map(({ want }) => want));
  assert.deepEqual(decided, new Set(['page', 'ticket', 'digest']));
});

test('a field without a value matches only routes that do not ask for it', () => {
  const routes = [{ name: 'staging', match: { environment: ['staging'] }, urgency: 'ticket' as const }];
  assert.equal(urgencyOf({ ...subject, environment: 'staging' }, routes), 'ticket');
  assert.equal(urgencyOf({ ...subject, environment: null }, routes), 'digest');
});

test('of the holds that match now, the one that lasts longest counts', () => {
  const holds = [
    { name: 'deploy', match: { team: ['payments'] }, fromMs: 100, untilMs: 200 },
    { name: 'migration', match: {}, fromMs: 100, untilMs: 300 },
    { name: 'others', match: { team: ['web'] }, fromMs: 100, untilMs: 900 },
  ];
  assert.equal(holdOn(subject, holds, 150)?.name, 'migration');
  assert.equal(holdOn(subject, holds, 99), null);
  assert.equal(holdOn(subject, holds, 300), null);
});

const channels = { hook: { kind: 'webhook', url: 'http://127.0.0.1:1/', secret: { env: 'SECRET' } } };
const owner = { page: ['hook'], ticket: [['hook']], digest: [] };

test('a configuration is refused by the name of what is wrong, and never shows a value', () => {
  const wrong = (raw: object): string =>
    NotificationConfig.safeParse(raw)
      .error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
      .join('\n') ?? '';
  assert.match(wrong({ channels }), /^default_owner: is required/);
  assert.match(wrong({ channels, default_owner: { page: ['pager'] } }), /^default_owner: no channel is named pager/);
  assert.match(
    wrong({ channels, default_owner: owner, owners: { web: { ticket: [['hook', 'x']] } } }),
    /^owners\.web: .*x/,
  );
  const examples = [{ given: { severity: 'low' }, want: 'page' }];
  assert.match(wrong({ channels, default_owner: owner, examples }), /^examples: example 1 .*want page, is digest/);
  const literal = wrong({ channels: { hook: { ...channels.hook, secret: 'hunter2' } }, default_owner: owner });
  assert.match(literal, /^channels\.hook\.secret: /);
  assert.doesNotMatch(literal, /hunter2/);
});

test('a single channel and a chain of them are both a chain', () => {
  const config = NotificationConfig.parse({ channels, default_owner: owner });
  assert.deepEqual(config.default_owner?.page, [['hook']]);
  assert.deepEqual(config.default_owner?.ticket, [['hook']]);
});
