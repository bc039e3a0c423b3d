import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { DAY, fail, HOUR, Stage, T0, workload } from '../reporting/test-stage.ts';
import { SqliteStore } from '../storage/sqlite/store.ts';
import { run } from './slo.ts';

const root = join(import.meta.dirname, '../../..');
const slos = join(root, 'alert-rules/slos');

async function cnapp(...argv: string[]) {
  let [out, err] = ['', ''];
  const io = {
    stdout: {
      write(text: string) {
        out += text;
      },
    },
    stderr: {
      write(text: string) {
        err += text;
      },
    },
  };
  const code = await run(argv, io);
  return { code, out, err };
}

async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'cnapp-slo-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('compile writes the rules of a folder of SLOs', () =>
  inFolder(async (folder) => {
    const { code, err } = await cnapp('compile', slos, '--out', folder);
    assert.deepEqual({ code, err }, { code: 0, err: '' });
    const compiled = await readFile(join(folder, 'prometheus/mttr.yaml'), 'utf8');
    assert.equal(compiled, await readFile(join(root, 'alert-rules/generated/prometheus/mttr.yaml'), 'utf8'));
  }));

test('check names file, line, path and remedy, and fails', () =>
  inFolder(async (folder) => {
    const file = join(folder, 'broken.yaml');
    const good = await readFile(join(slos, 'mttr.yaml'), 'utf8');
    await writeFile(file, good.replace('target: 0.95', 'target: 95'));
    const { code, err } = await cnapp('check', folder);
    assert.equal(code, 1);
    assert.match(err, /broken\.yaml:\d+:\d+ error openslo\.target spec\.objectives\[0\]\.target: /);
    assert.equal(err.split(':')[1], String(good.split('\n').findIndex((line) => line.includes('target: 0.95')) + 1));
  }));

for (const argv of [
  [],
  ['nothing'],
  ['backtest', slos],
  ['explain', slos, '--events-per-day', 'x'],
  ['compile', slos],
  ['check'],
  ['check', '--what'],
  ['check', '/no/such/file'],
]) {
  test(`cnapp slo ${argv.map((arg) => arg.replace(root, '')).join(' ')} is a usage error`, async () => {
    const { code, err } = await cnapp(...argv);
    assert.equal(code, 2);
    assert.match(err, /Try: cnapp slo --help/);
  });
}

test('backtest replays events and says what would have been sent', () =>
  inFolder(async (folder) => {
    const lines = Array.from({ length: 400 }, (_, i) => {
      const at = new Date(Date.UTC(2026, 0, 1) + i * 2 * 3_600_000).toISOString();
      return JSON.stringify({ at, outcome: i >= 388 ? 'bad' : 'good' });
    });
    const file = join(folder, 'events.ndjson');
    await writeFile(file, `${lines.join('\n')}\nbroken\n`);
    const { code, out, err } = await cnapp('backtest', join(slos, 'mttr.yaml'), '--events', file, '--json');
    assert.equal(code, 0);
    assert.match(err, /events\.ndjson:401 rejected: no JSON/);
    const report = JSON.parse(out);
    assert.deepEqual(report.events, { good: 388, bad: 12 });
    assert.equal(report.pages, 1);
    assert.equal(report.promisedPerYear, 1);
  }));

test('backtest replays what a processor has decided, with its root causes', () =>
  inFolder(async (folder) => {
    const file = join(folder, 'cnapp.db');
    const stage = new Stage({ store: new SqliteStore(file) });
    const workloads = Array.from({ length: 30 }, (_, i) => ({ ...workload, id: `${workload.id}-${i}` }));
    const vulnerable = { detector: 'trivy', detectorClass: 'vulnerability', rule: 'CVE-2026-1' } as const;
    const found = (verdict: 'pass' | 'fail') =>
      workloads.map((asset) => fail(verdict === 'pass' ? -3 * DAY : 0, { ...vulnerable, verdict, asset }));
    await stage.receive(-3 * DAY, 'trivy', found('pass'));
    await stage.receive(0, 'trivy', found('fail'));
    stage.now = T0 + 25 * HOUR;
    stage.processor.tick();
    const backtest = async (...more: string[]) => {
      const { code, out, err } = await cnapp('backtest', join(slos, 'mttr.yaml'), '--ledger', file, '--json', ...more);
      assert.deepEqual([code, err], [0, '']);
      return JSON.parse(out) as { events: { bad: number }; pages: number; tickets: number };
    };
    const each = await backtest();
    assert.deepEqual([each.events.bad, each.pages], [30, 1]);
    const grouped = await backtest('--group-causes');
    assert.deepEqual([grouped.events.bad, grouped.pages], [30, 0]);
    await stage.processor.stop();
    const drift = await cnapp('backtest', join(slos, 'drift-rate.yaml'), '--ledger', file);
    assert.equal(drift.code, 2);
  }));

test('backtest reads saved answers of query_range', () =>
  inFolder(async (folder) => {
    const save = (name: string, values: number[]) => {
      const samples = values.map((value, i) => [i * 60, String(value)]);
      return writeFile(
        join(folder, name),
        JSON.stringify({ data: { resultType: 'matrix', result: [{ metric: {}, values: samples }] } }),
      );
    };
    await save('bad.json', [0, 0, 2]);
    await save('total.json', [0, 5, 10]);
    const ranges = ['--bad-range', join(folder, 'bad.json'), '--total-range', join(folder, 'total.json')];
    const { code, out } = await cnapp('backtest', join(slos, 'mttr.yaml'), ...ranges, '--json');
    assert.equal(code, 0);
    assert.deepEqual(JSON.parse(out).events, { good: 8, bad: 2 });
    assert.equal(
      (await cnapp('backtest', join(slos, 'mttr.yaml'), '--bad-range', folder, '--total-range', folder)).code,
      2,
    );
  }));

test('explain names the regime of the traffic', async () => {
  const { code, out } = await cnapp('explain', join(slos, 'mttr.yaml'), '--events-per-day', '12');
  assert.equal(code, 0);
  // 0.05 · 12 · 28 = 16.8.
  assert.match(out, /a budget of 16\.8 events, regime 3/);
});

test('help is printed for every command', async () => {
  for (const argv of [['--help'], ['compile', '--help']]) {
    const { code, out } = await cnapp(...argv);
    assert.equal(code, 0);
    assert.match(out, /^Usage/);
  }
});
