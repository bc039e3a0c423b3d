import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { DEFAULT_SAMPLING, hostMinute, thresholdOf } from '@cnapp-slo/model';
import { waitFor } from '../../../tests/servers/process.ts';
import { type App, createApp } from '../app.ts';

const folder = mkdtempSync(join(tmpdir(), 'rollouts-api-'));
const START = Date.parse('2026-10-01T12:00:00Z');
/** An hour and a second: steps of one millisecond are set apart. */
const HOUR = 3_601_000;
let nowMs = START;
let app: App;

const sha256 = (token: string): string => createHash('sha256').update(token).digest('hex');
const tokens = [
  `${sha256('editor')} ana * read,write`,
  `${sha256('viewer')} otto * read`,
  `${sha256('tenant')} tom acme read,write`,
].join('\n');

async function start(): Promise<void> {
  app = await createApp(
    {
      storage: { path: join(folder, 'cnapp.db') },
      receivers: { otlp: { grpc: { endpoint: '127.0.0.1:0' }, http: { endpoint: '127.0.0.1:0' } } },
      api: { endpoint: '127.0.0.1:0', tokens },
      metrics: { endpoint: '127.0.0.1:0' },
      sampling: {
        mode: 'shadow',
        path: join(folder, 'sampling'),
        tiers: { revision: 'r9' },
        rollout: { canary_share: 0.5, guards: { interval_seconds: 0.05 } },
      },
    },
    () => nowMs,
  );
  await app.start();
}

const instance = (name: string) => `i-${sha256(name).slice(0, 17)}`;
const hosts = { T1: ['shop', 'pay'], T2: ['web-1', 'web-2', 'web-3', 'web-4', 'web-5', 'web-6'] } as const;

async function take(document: object): Promise<void> {
  const bytes = Buffer.from(JSON.stringify(document));
  await app.intake.accept({ transport: 'import', encoding: 'native', signal: 'logs', bytes, receivedMs: nowMs });
}

before(async () => {
  await start();
  const resource = (name: string, criticality: string) => ({
    ResourceARN: `arn:aws:ec2:eu-central-1:111122223333:instance/${instance(name)}`,
    Tags: [
      { Key: 'criticality', Value: criticality },
      { Key: 'service', Value: name },
    ],
  });
  const ResourceTagMappingList = [...hosts.T1.map((n) => resource(n, 'c1')), ...hosts.T2.map((n) => resource(n, 'c2'))];
  await take({ ResourceTagMappingList });
  await restart(); // tiers are made at the start, and every minute
});
after(async () => {
  await app.stop();
  rmSync(folder, { recursive: true });
});
async function restart(): Promise<void> {
  await app.stop();
  await start();
}

interface Problem {
  code: string;
}
interface Guard {
  guard: string;
  value: number | null;
  broken: boolean;
}
interface Rollout {
  id: string;
  step: string;
  diff: string;
  revision: string;
  override_reason: string | null;
  guards: Guard[] | null;
  next: { step: string; from: string }[];
  prediction: Record<string, number>;
  steps: { step: string; actor: string; actor_kind: string; reason: string; broken: Guard[]; losses: object[] }[];
}

async function call<T>(path: string, body?: object, token = 'editor'): Promise<{ status: number; json: T }> {
  const response = await fetch(`http://${app.addresses.api}/api/v1/sampling${path}`, {
    headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { method: 'POST', body: JSON.stringify(body) }),
  });
  return { status: response.status, json: (await response.json()) as T };
}
const refusalOf = async (path: string, body: object, token?: string): Promise<[number, string]> => {
  const { status, json } = await call<Problem>(path, body, token);
  return [status, json.code];
};
const step = (name: string, rolloutId: string, more: object = {}) =>
  call<Rollout>(`/rollouts/${name}`, { rollout_id: rolloutId, reason: name, ...more });
const latest = async (): Promise<Rollout> =>
  (await call<{ items: Rollout[] }>('/rollouts')).json.items[0] ?? assert.fail('no rollout');

/** A line at each of the minutes. */
async function sendLogs(service: string, minutes: readonly number[]): Promise<void> {
  const logRecords = minutes.map((ms) => ({
    timeUnixNano: `${BigInt(ms) * 1_000_000n}`,
    body: { stringValue: `line ${ms}` },
  }));
  const attributes = [{ key: 'service.name', value: { stringValue: service } }];
  const response = await fetch(`http://${app.addresses.otlp_http}/v1/logs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ resourceLogs: [{ resource: { attributes }, scopeLogs: [{ logRecords }] }] }),
  });
  assert.equal(response.status, 200);
}
const minutesBefore = (endMs: number, count: number): number[] =>
  Array.from({ length: count }, (_, index) => endMs - index * 60_000);

/** A GuardDuty finding on a host. */
const detection = (host: string, id: string) => ({
  schemaVersion: '2.0',
  accountId: '111122223333',
  region: 'eu-central-1',
  partition: 'aws',
  id,
  arn: `arn:aws:guardduty:eu-central-1:111122223333:detector/d/finding/${id}`,
  type: 'Backdoor:EC2/C&CActivity.B',
  severity: 8,
  title: 'It talks to a command and control server',
  createdAt: new Date(nowMs).toISOString(),
  updatedAt: new Date(nowMs).toISOString(),
  resource: { resourceType: 'Instance', instanceDetails: { instanceId: instance(host) } },
  service: { archived: false, count: 1, action: { actionType: 'NETWORK_CONNECTION' } },
});
const randomnessAt = (host: string, ms: number): string => sha256(hostMinute(host, ms)).slice(0, 14);

test('only who may write, and for every tenant, proposes a change, and says why', async () => {
  const change = { probability: { T2: 0.05 }, reason: 'the bill' };
  assert.deepEqual(await refusalOf('/rollouts', change), [409, 'nothing_recorded']);
  for (const host of [...hosts.T1, ...hosts.T2]) await sendLogs(host, minutesBefore(nowMs, 60));
  assert.deepEqual(await refusalOf('/rollouts', change, 'viewer'), [403, 'forbidden']);
  assert.deepEqual(await refusalOf('/rollouts', change, 'tenant'), [403, 'tenant_forbidden']);
  assert.deepEqual(await refusalOf('/rollouts', { probability: { T2: 0.05 } }), [400, 'invalid_parameter']);
  assert.deepEqual(await refusalOf('/rollouts', { reason: 'nothing' }), [422, 'no_change']);
});

test('from the proposal to all telemetry, step by step, through restarts, with who and why', async () => {
  const proposed = await call<Rollout>('/rollouts', { probability: { T2: 0.05 }, reason: 'the bill' });
  assert.equal(proposed.status, 201);
  const { id, diff, prediction } = proposed.json;
  assert.equal(diff, '-  T2: 0.1\n+  T2: 0.05');
  // Bytes of eight hosts are alike: two of them at ½, six at a tenth, and then at a twentieth.
  assert.ok(Math.abs((prediction.kept_share_before ?? 0) - (2 * 0.5 + 6 * 0.1) / 8) < 0.01);
  assert.ok(Math.abs((prediction.kept_share ?? 0) - (2 * 0.5 + 6 * 0.05) / 8) < 0.01);
  assert.deepEqual(await refusalOf('/rollouts', { probability: { T3: 0.5 }, reason: 'more' }), [409, 'rollout_open']);
  assert.equal((await step('canary', id)).status, 409);
  assert.equal((await step('shadow', id)).json.step, 'shadow');
  assert.deepEqual(await refusalOf('/rollouts/canary', { rollout_id: id, reason: 'now' }), [409, 'too_early']);

  await restart();
  assert.equal((await latest()).step, 'shadow');
  const overview = async () => (await call<{ revision: string; probability: { T2: number } }>('')).json;
  assert.equal((await overview()).probability.T2, 0.1, 'in shadow nothing is dropped by it');
  nowMs += HOUR;
  assert.equal((await step('canary', id)).json.step, 'canary');
  nowMs += HOUR;
  for (const host of hosts.T2) await sendLogs(host, minutesBefore(nowMs, 60));
  await waitFor('the guards', async () => (await latest()).guards !== null);
  assert.equal((await step('enforced', id)).json.step, 'enforced');
  assert.deepEqual(await overview().then(({ revision, probability }) => [revision, probability.T2]), [
    `r9+${id}`,
    0.05,
  ]);

  await restart();
  const { steps, next } = await latest();
  assert.deepEqual(
    steps.map(({ step: name, actor, actor_kind, reason }) => [name, actor, actor_kind, reason]),
    [
      ['proposed', 'ana', 'human', 'the bill'],
      ['shadow', 'ana', 'human', 'shadow'],
      ['canary', 'ana', 'human', 'canary'],
      ['enforced', 'ana', 'human', 'enforced'],
    ],
  );
  assert.deepEqual(
    next.map((one) => one.step),
    ['reverted'],
  );
  assert.equal((await overview()).probability.T2, 0.05);
  assert.equal((await step('reverted', id)).json.step, 'reverted');
  assert.equal((await overview()).probability.T2, 0.1);
});

test('a detection on c1 that only the change leaves without a trace takes it back, before anything is dropped', async () => {
  for (const host of [...hosts.T1, ...hosts.T2]) await sendLogs(host, minutesBefore(nowMs, 60));
  const change = { probability: { T1: 0.02 }, reason: 'nothing has happened there' };
  const { json: proposed } = await call<Rollout>('/rollouts', change);
  await step('shadow', proposed.id);
  nowMs += HOUR;
  // A minute that ½ keeps and one in fifty does not.
  const [half, fiftieth] = [thresholdOf(DEFAULT_SAMPLING.probability.T1) ?? '', thresholdOf(0.02) ?? ''];
  while (randomnessAt('shop', nowMs) < half || randomnessAt('shop', nowMs) >= fiftieth) nowMs += 60_000;
  await sendLogs('shop', [nowMs]);
  nowMs += 1000;
  await take(detection('shop', 'f1'));
  await waitFor('the change to be taken back', async () => (await latest()).step === 'reverted');
  const { steps, id } = await latest();
  const last = steps.at(-1);
  assert.deepEqual([id, last?.actor, last?.actor_kind], [proposed.id, 'guard', 'automation']);
  assert.equal(last?.reason, 'critical_recall 0, at least 1');
  assert.deepEqual(
    last?.broken.map(({ guard, value }) => [guard, value]),
    [['critical_recall', 0]],
  );
  const metrics = await (await fetch(`http://${app.addresses.metrics}/metrics`)).text();
  assert.match(metrics, /cnapp_sampling_rollout_steps_total\{step="reverted",by="automation"\} 1\n/);
});

test('now that the window has that detection, the same change needs an override with a reason, which stays', async () => {
  const change = { probability: { T1: 0.02 }, reason: 'the bill' };
  assert.deepEqual(await refusalOf('/rollouts', change), [422, 'override_needed']);
  assert.deepEqual(await refusalOf('/rollouts', { ...change, override_reason: ' ' }), [400, 'invalid_parameter']);
  const { status } = await call('/rollouts', { ...change, override_reason: 'the firewall logs it, too' });
  assert.equal(status, 201);
  await restart();
  const { override_reason: why, steps } = await latest();
  assert.equal(why, 'the firewall logs it, too');
  assert.equal(steps[0]?.losses.length, 1);
  await step('reverted', (await latest()).id);
});

test('what needs an override only since it was proposed needs it for the next step', async () => {
  // The window is gone with the restart: nothing speaks against it yet.
  await sendLogs('pay', minutesBefore(nowMs, 3));
  const { json: proposed } = await call<Rollout>('/rollouts', { probability: { T1: 0.02 }, reason: 'the bill' });
  nowMs += 60_000;
  await sendLogs('pay', [nowMs]);
  nowMs += 1000;
  await take(detection('pay', 'f2'));
  const ahead = { rollout_id: proposed.id, reason: 'go on' };
  assert.deepEqual(await refusalOf('/rollouts/shadow', ahead), [422, 'override_needed']);
  const { json } = await call<Rollout>('/rollouts/shadow', { ...ahead, override_reason: 'known, and accepted' });
  assert.deepEqual([json.step, json.override_reason], ['shadow', 'known, and accepted']);
});
