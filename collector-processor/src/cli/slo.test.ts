import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
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
