import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createApp } from '../app.ts';
import { buildMessage } from './message.ts';
import { tierOneSources } from './tier-one.ts';

const anyPort = { endpoint: '127.0.0.1:0' };
const NOW = Date.parse('2026-11-02T02:00:00Z');

/** A public bucket as Prowler tells it, an hour after the account was seen for the first time. */
function finding(status: 'PASS' | 'FAIL', atMs: number): object {
  return {
    status_code: status,
    severity_id: 5,
    metadata: { event_code: 's3_public', product: { name: 'Prowler', version: '5.4.0' }, version: '1.4.0' },
    class_uid: 2004,
    category_uid: 2,
    activity_id: 1,
    type_uid: 200401,
    finding_info: { title: 'Bucket is public', uid: 'prowler-a' },
    resources: [{ uid: 'arn:aws:s3:::a', name: 'a', type: 'AwsS3Bucket', region: 'eu-central-1' }],
    cloud: { account: { uid: '111122223333' }, provider: 'aws', region: 'eu-central-1' },
    time: atMs / 1000,
  };
}

/** Everything that can be reached from the value by properties and prototypes, without calling anything. */
function reach(from: unknown, seen = new Set<unknown>()): Set<unknown> {
  if ((typeof from !== 'object' && typeof from !== 'function') || from === null || seen.has(from)) return seen;
  seen.add(from);
  for (const key of Reflect.ownKeys(from)) {
    const { value } = Reflect.getOwnPropertyDescriptor(from, key) ?? {};
    reach(value, seen);
  }
  const prototype = Reflect.getPrototypeOf(from);
  if (prototype !== Object.prototype && prototype !== Function.prototype) reach(prototype, seen);
  return seen;
}

test('a tier-1 run over the real processor gathers a message, and can change nothing', async (t) => {
  const app = await createApp(
    {
      api: anyPort,
      metrics: anyPort,
      receivers: { otlp: { grpc: anyPort, http: anyPort } },
      storage: { path: ':memory:' },
    },
    () => NOW,
  );
  await app.start();
  t.after(() => app.stop());
  for (const [status, atMs] of [
    ['PASS', NOW - 7_200_000],
    ['FAIL', NOW],
  ] as const) {
    const bytes = Buffer.from(JSON.stringify(finding(status, atMs)));
    const delivery = { transport: 'otlp_http', encoding: 'native', signal: 'logs', bytes, receivedMs: NOW } as const;
    assert.equal((await app.intake.accept(delivery)).status, 'accepted');
  }
  const sources = tierOneSources({ estate: app.estate, slis: app.slis, nowMs: () => NOW });
  const { items } = app.estate.incidents({});
  const id = items[0]?.id ?? '';
  const message = buildMessage(id, sources, {});
  assert.deepEqual([message?.title, message?.missing], ['Bucket is public', []]);

  const reached = reach(sources);
  const names = [...reached].flatMap((one) => Reflect.ownKeys(one as object).map(String));
  assert.deepEqual(
    names.filter((name) => /record|accept|submit|declare|save|store|write|transaction|processor/i.test(name)),
    [],
  );
  assert.ok(!reached.has(app.estate) && !reached.has(app.slis) && !reached.has(app.inputs));
  assert.throws(() => Object.assign(sources.estate, { finding: () => null }), TypeError);

  const before = JSON.stringify(app.estate.finding(items[0]?.episode_ids[0] ?? ''));
  const copy = sources.estate.finding(items[0]?.episode_ids[0] ?? '');
  assert.ok(copy?.episodes?.[0] && copy.evidence && copy.links);
  copy.episodes[0].clocks.t_ack = { at: '2026-11-02T02:00:00.000Z', source: 'me', precision: 'exact' };
  copy.evidence.status = 'PASS';
  copy.links.push({ rel: 'x', href: 'https://evil.example' });
  sources.estate.findings({}).items.length = 0;
  assert.equal(JSON.stringify(app.estate.finding(items[0]?.episode_ids[0] ?? '')), before);
});
