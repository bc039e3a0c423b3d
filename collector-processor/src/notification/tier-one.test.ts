import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createApp } from '../app.ts';
import { buildMessage } from './message.ts';
import { scanned } from './test-finding.ts';
import { tierOneSources } from './tier-one.ts';

const anyPort = { endpoint: '127.0.0.1:0' };
const NOW = Date.parse('2026-11-02T02:00:00Z');

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
  await scanned(app, 'a', 'PASS', NOW - 7_200_000, NOW);
  await scanned(app, 'a', 'FAIL', NOW, NOW);
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
