import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type App, createApp } from '../app.ts';
import { cnapp } from './index.ts';

const KEY = 'the key of the test, long enough';
const folder = mkdtempSync(join(tmpdir(), 'cnapp-gameday-'));
const anyPort = { endpoint: '127.0.0.1:0' };
let app: App;

before(async () => {
  app = await createApp({
    api: anyPort,
    metrics: anyPort,
    receivers: { otlp: { grpc: anyPort, http: anyPort } },
    storage: { path: ':memory:' },
    exercises: { key: KEY },
  });
  await app.start();
});
after(async () => {
  await app.stop();
  rmSync(folder, { recursive: true });
});

async function gameday(key: string | undefined, ...options: string[]): Promise<{ code: number; out: string }> {
  let out = '';
  const write = (chunk: string) => (out += chunk);
  const addresses = ['--url', `http://${app.addresses.api}`, '--otlp', `http://${app.addresses.otlp_http}`];
  const io = { stdout: { write }, stderr: { write }, env: key === undefined ? {} : { CNAPP_EXERCISES__KEY: key } };
  return { code: await cnapp(['gameday', 'run', ...addresses, ...options], io), out };
}

test('every canary of the set is detected, and none of them enters production’s numbers', async () => {
  const { code, out } = await gameday(KEY, '--json');
  assert.equal(code, 0, out);
  const exercise = JSON.parse(out);
  assert.equal(exercise.recall, 1);
  assert.deepEqual(
    exercise.techniques.map(({ technique }: { technique: string }) => technique),
    ['T1059', 'T1555', 'T1565', 'T1070'],
  );
  const report = app.slis.get('runtime-detection');
  assert.deepEqual([report?.good, report?.bad, report?.companions?.label_coverage], [0, 0, null]);
  assert.deepEqual([report?.companions?.recall, report?.companions?.techniques_exercised], [1, 4]);
  const filtered = app.slis.get('runtime-detection', { filter: { tenant: 'default' } });
  assert.equal(filtered?.companions?.recall, 1);
  for (const sli of app.slis.list()) assert.deepEqual([sli.id, sli.good + sli.bad], [sli.id, 0]);
  const { items } = app.estate.findings({ tenant: 'default' });
  assert.deepEqual(items, []);
});

test('what no detector names is missed, and the exit code says so', async () => {
  const path = join(folder, 'set.json');
  writeFileSync(path, JSON.stringify([{ name: 'nothing', technique: 'T1499', message: '{"at":"{{at}}"}' }]));
  const { code, out } = await gameday(KEY, '--set', path, '--within', '1');
  assert.equal(code, 1);
  assert.match(out, /recall 0 %/);
  assert.match(out, /T1499\s+MISSED/);
});

test('with the wrong key nothing is an exercise: every technique is missed, and the events are production’s', async () => {
  const { code } = await gameday('another key, as long as that', '--within', '1');
  assert.equal(code, 1);
  assert.ok(app.estate.findings({ tenant: 'default' }).items.length > 0);
});

test('usage', async () => {
  const io = { stdout: { write: () => {} }, stderr: { write: () => {} }, env: {} };
  for (const argv of [['gameday'], ['gameday', 'run', '--within', 'soon'], ['gameday', 'walk']])
    assert.equal(await cnapp(argv, io), 2);
});
