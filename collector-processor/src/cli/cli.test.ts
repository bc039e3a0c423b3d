import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { type App, createApp } from '../app.ts';
import { HOUR_MS, policyChange, scanVerdict } from './bucket-story.ts';
import { cnapp } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'cnapp-cli-'));
const anyPort = '127.0.0.1:0';
const listeners = {
  api: { endpoint: anyPort },
  metrics: { endpoint: anyPort },
  receivers: { otlp: { grpc: { endpoint: anyPort }, http: { endpoint: anyPort } } },
};
let app: App;
let url: string;

before(async () => {
  app = await createApp({ ...listeners, storage: { path: ':memory:' } });
  await app.start();
  url = `http://${app.addresses.api}`;
  writeSamples();
});
after(async () => {
  await app.stop();
  rmSync(folder, { recursive: true });
});

/** Runs a command as `main.ts` does. */
async function run(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  const written = { out: '', err: '' };
  const io = {
    stdout: { write: (text: string) => (written.out += text) },
    stderr: { write: (text: string) => (written.err += text) },
    env: {},
  };
  const code = await cnapp(argv, io);
  return { code, ...written };
}

const changedMs = Date.now() - 5 * HOUR_MS;

function writeSamples(): void {
  mkdirSync(join(folder, 'history'));
  const trail = gzipSync(JSON.stringify({ Records: [policyChange(changedMs)] }));
  writeFileSync(join(folder, 'history/1-trail.json.gz'), trail);
  const scans = [scanVerdict(changedMs - HOUR_MS, 'PASS'), scanVerdict(changedMs + HOUR_MS / 4, 'FAIL')];
  writeFileSync(join(folder, 'history/2-scans.jsonl'), scans.map((scan) => `${JSON.stringify(scan)}\n`).join(''));
  writeFileSync(join(folder, 'history/.hidden'), '{}');
}

test('a command that is not known, or none, is a usage error', async () => {
  for (const argv of [[], ['conquer'], ['toString']]) {
    const { code, err } = await run(...argv);
    assert.equal(code, 2);
    assert.match(err, /Usage: cnapp COMMAND/);
  }
});

for (const name of ['run', 'check-config', 'import', 'replay', 'explain', 'gate', 'slo']) {
  test(`cnapp ${name} --help says how, and an unknown option is a usage error`, async () => {
    if (name !== 'run') {
      const { code, out } = await run(name, '--help');
      assert.equal(code, 0);
      assert.match(out, new RegExp(`^Usage: cnapp ${name}`));
      assert.equal((await run(name, '--frobnicate')).code, 2);
    }
    assert.match((await run('--help')).out, new RegExp(`^ {2}${name} `, 'm'));
  });
}

for (const [what, argv] of [
  ['import of nothing', ['import']],
  ['import of a path that is not there', ['import', join(folder, 'none'), '--url', 'http://127.0.0.1:9']],
  ['replay of nothing', ['replay']],
  ['replay as of no time', ['replay', folder, '--as-of', 'noon']],
  ['explain of nothing', ['explain']],
  ['explain of two', ['explain', 'mttr', 'drift-rate']],
  ['gate of something', ['gate', 'mttr']],
  ['an address that is none', ['gate', '--url', 'processor']],
] as const) {
  test(`${what} is a usage error`, async () => {
    const { code, err } = await run(...argv);
    assert.equal(code, 2);
    assert.match(err, new RegExp(`Try: cnapp ${argv[0]} --help`));
  });
}

test('check-config names every wrong key, and touches nothing', async () => {
  const wrong = await run('check-config', '--set', 'api.endpint=x', '--set', 'storage.path=/nowhere/at/all.db');
  assert.deepEqual([wrong.code, wrong.err], [1, 'cnapp check-config: api.endpint: unknown key\n']);
  const tokens = await run('check-config', '--set', 'api.tokens_file=/nowhere');
  assert.match(tokens.err, /api\.tokens_file: cannot read \/nowhere/);
  const right = await run('check-config', '--set', 'storage.path=/nowhere/at/all.db');
  assert.deepEqual([right.code, right.out], [0, 'ok\n']);
});

test('import brings history in, explain shows the episode behind the number, and importing again adds nothing', async () => {
  const imported = await run('import', join(folder, 'history'), '--url', url, '--json');
  assert.equal(imported.code, 0, imported.err);
  const files = imported.out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .sort((a, b) => a.file.localeCompare(b.file));
  assert.deepEqual(
    files.map(({ file, records, rejected, error }) => [file.slice(folder.length), records, rejected, error]),
    [
      ['/history/1-trail.json.gz', 1, 0, null],
      ['/history/2-scans.jsonl', 2, 0, null],
    ],
  );
  const explained = async () => JSON.parse((await run('explain', 'mttd-config', '--url', url, '--json')).out);
  const first = await explained();
  // Changed, and found a quarter of an hour later.
  assert.deepEqual([first.sli.good, first.sli.value, first.items[0]?.duration_seconds], [1, 900, 900]);
  await run('import', join(folder, 'history'), '--url', url);
  const second = await explained();
  assert.deepEqual(second.items, first.items);
  const table = await run('explain', 'mttd-config', '--url', url);
  assert.match(table.out, /ratio {8}100 %/);
  assert.match(table.out, /good +15 min +high +unowned +Bucket is public/);
  assert.match(table.out, /change \S+Z, .*detect \+/);
});

test('import says what it could not read, and fails when nothing was taken', async () => {
  const [empty, broken] = [join(folder, 'empty.json'), join(folder, 'broken.json')];
  writeFileSync(empty, '');
  writeFileSync(broken, '{"Records":');
  const { code, out } = await run('import', empty, broken, '--url', url);
  assert.equal(code, 1);
  assert.match(out, /empty\.json +0 +0 +400 invalid_body: the body is empty/);
  assert.match(out, /broken\.json +0 +0 +400 peel\./);
});

test('explain of an unknown SLI says so', async () => {
  const { code, err } = await run('explain', 'nothing', '--url', url);
  assert.deepEqual([code, err], [1, 'cnapp explain: 404 not_found: no SLI has the id "nothing"\n']);
});

test('gate answers with the decision, and 3 when nobody can be asked', async () => {
  const asked = await run('gate', '--url', url, '--json');
  const gate = JSON.parse(asked.out);
  assert.equal(asked.code, gate.decision === 'block' ? 1 : 0);
  assert.match((await run('gate', '--url', url)).out, new RegExp(`^${gate.decision}: `));
  const unasked = await run('gate', '--url', 'http://127.0.0.1:9');
  assert.equal(unasked.code, 3);
  assert.match(unasked.err, /no processor answers at http:\/\/127\.0\.0\.1:9/);
});

test('replay prints a line a file as the contract says', async () => {
  const { code, out } = await run('replay', join(folder, 'history'), '--json');
  assert.equal(code, 0);
  assert.deepEqual(
    out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
    [
      {
        file: join(folder, 'history/1-trail.json.gz'),
        format: 'cloudtrail',
        events: 1,
        recognised: 1,
        findings: 0,
        rejected: 0,
      },
      {
        file: join(folder, 'history/2-scans.jsonl'),
        format: 'ocsf',
        events: 2,
        recognised: 2,
        findings: 2,
        rejected: 0,
      },
    ],
  );
});

test('replay shows per source what was found and what became of it', async () => {
  const { out } = await run('replay', join(folder, 'history'));
  assert.match(out, /^SOURCE +EVENTS +RECOGNISED +FINDINGS +EPISODES +INCIDENTS +REJECTED +TIME$/m);
  assert.match(out, /^cloudtrail +1 +1 +0 +0 +0 +0 +\d+\.\d\d s$/m);
  // A failure and a pass of one rule on one asset: one finding, one episode.
  assert.match(out, /^ocsf +2 +2 +1 +1 +\d +0 /m);
});

test('replay shows the SLIs as they stood at the last event, from a store of its own', async () => {
  const { out } = await run('replay', join(folder, 'history'));
  assert.match(out, /SLIs as of /);
  assert.match(out, /mttd-config +100 % +15 min +95 % +1 +0/);
});

test('what telemetry holds cannot steer the terminal', async () => {
  const path = join(folder, 'evil\u001b[2J.json');
  writeFileSync(path, '{}');
  const { out } = await run('replay', path);
  assert.ok(!out.includes('\u001b'));
});

test('bin/cnapp.mjs hands over arguments and exit code, whatever Node starts it', () => {
  const bin = fileURLToPath(new URL('../../bin/cnapp.mjs', import.meta.url));
  const { status, stderr } = spawnSync(process.execPath, [bin, 'gate', '--frobnicate'], { encoding: 'utf8' });
  assert.equal(status, 2);
  assert.match(stderr, /Try: cnapp gate --help/);
});
