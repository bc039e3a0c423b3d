import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { DEFAULT_EPISODE_POLICY, exerciseTenant } from '@cnapp-slo/model';
import { SqliteStore } from '../storage/sqlite/store.ts';
import { EXERCISE, EXERCISE_ID, EXERCISE_SIGNATURE } from './exercise-mark.ts';
import { ProcessorIntake } from './intake.ts';
import { Processor } from './processor.ts';

const KEY = 'a key of sixteen characters or more';
const NOW = Date.parse('2026-10-01T10:00:00Z');
const alert = (rule: string) =>
  JSON.stringify({
    rule,
    priority: 'Critical',
    time: '2026-10-01T09:59:50.000Z',
    output: 'A shell was spawned',
    output_fields: { 'k8s.ns.name': 'shop', 'k8s.pod.name': 'cart-1' },
    tags: ['T1059'],
  });

interface Sent {
  attributes?: Record<string, string | boolean>;
  resource?: Record<string, string | boolean>;
}

/** Sends one log record as OTLP/JSON; answers the tenants of what was found, and what was refused. */
async function send(key: string | null, body: string, { attributes = {}, resource = {} }: Sent) {
  const processor = new Processor({
    store: new SqliteStore(':memory:'),
    policy: DEFAULT_EPISODE_POLICY,
    canCause: () => false,
    now: () => NOW,
    maxQueuedBytes: 1_000_000,
    telemetry: { commit: () => {}, records: () => {} },
    failed: (what, error) => assert.fail(`${what}: ${error}`),
  });
  const list = (of: Record<string, string | boolean>) =>
    Object.entries(of).map(([name, value]) => ({
      key: name,
      value: typeof value === 'string' ? { stringValue: value } : { boolValue: value },
    }));
  const record = { body: { stringValue: body }, attributes: list(attributes) };
  const payload = {
    resourceLogs: [{ resource: { attributes: list(resource) }, scopeLogs: [{ logRecords: [record] }] }],
  };
  const bytes = new TextEncoder().encode(JSON.stringify(payload));
  const delivery = { transport: 'otlp_http', encoding: 'otlp_json', signal: 'logs', bytes, receivedMs: NOW } as const;
  assert.equal((await new ProcessorIntake(processor, key).accept(delivery)).status, 'accepted');
  return {
    tenants: [...processor.estate.findings.values()].map(({ finding }) => finding.tenant),
    refused: [...processor.sources.all()].reduce((sum, { rejects }) => sum + (rejects['exercise.signature'] ?? 0), 0),
  };
}

function signed(body: string, id = 'e1', key = KEY): Record<string, string | boolean> {
  const signature = createHmac('sha256', key).update(`${id}\n${body}`).digest('hex');
  return { [EXERCISE]: true, [EXERCISE_ID]: id, [EXERCISE_SIGNATURE]: signature };
}

const exercise = { tenants: [exerciseTenant('default')], refused: 0 };
const production = { tenants: ['default'], refused: 1 };
const body = alert('Terminal shell in container');

test('a signed exercise stays out of production', async () => {
  assert.deepEqual(await send(KEY, body, { attributes: signed(body) }), exercise);
});

const forged: [string, Sent][] = [
  ['without a signature', { attributes: { [EXERCISE]: true } }],
  ['marked on the resource alone', { resource: { [EXERCISE]: 'true' } }],
  ['signed for another message', { attributes: signed(alert('Read sensitive file untrusted')) }],
  ['signed for another exercise', { attributes: { ...signed(body), [EXERCISE_ID]: 'e2' } }],
  ['signed with another key', { attributes: signed(body, 'e1', 'another key of sixteen characters') }],
];
for (const [name, sent] of forged) {
  test(`an exercise ${name} is production, and counted`, async () => {
    assert.deepEqual(await send(KEY, body, sent), production);
  });
}

test('a mark wrapped inside a message is not believed either', async () => {
  const record = { body: { stringValue: body }, attributes: [{ key: EXERCISE, value: { boolValue: true } }] };
  const wrapped = JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [record] }] }] });
  assert.deepEqual(await send(KEY, wrapped, {}), production);
});

test('where no key is set, every mark is believed', async () => {
  assert.deepEqual(await send(null, body, { attributes: { [EXERCISE]: true } }), exercise);
});
