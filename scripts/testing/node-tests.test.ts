import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Tally } from './tally.ts';

const module = join(import.meta.dirname, 'node-tests.ts');

/** Runs test files, given by content, in a process of its own: node:test does not nest. Returns the printed lines. */
function runTests(files: Record<string, string>, requireAll: boolean): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'cnapp-runner-'));
  try {
    const paths = Object.entries(files).map(([name, content]) => {
      writeFileSync(join(folder, name), `import { describe, test } from 'node:test';\n${content}`);
      return join(folder, name);
    });
    const driver = join(folder, 'driver.ts');
    writeFileSync(
      driver,
      `import { runNodeTests } from ${JSON.stringify(module)};
       console.log(JSON.stringify(await runNodeTests(${JSON.stringify(paths)}, { concurrency: 2, requireAll: ${requireAll} })));`,
    );
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    return execFileSync(process.execPath, [driver], { cwd: folder, env, encoding: 'utf8' }).trim().split('\n');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function tallyOf(content: string, requireAll = false): Tally {
  return JSON.parse(runTests({ 'x.test.ts': content }, requireAll).at(-1) ?? '');
}

const cases = [
  {
    name: 'nested tests count one by one',
    content: `describe('s', () => { test('a', () => {}); test('b', () => {}); });`,
    want: [2, 0, 0],
  },
  {
    name: 'a failure counts once, not its suite',
    content: `describe('s', () => { test('a', () => { throw 1; }); });`,
    want: [0, 1, 0],
  },
  {
    name: 'a skipped suite is one skip',
    content: `describe('s', { skip: 'why' }, () => { test('a', () => {}); });`,
    want: [0, 0, 1],
  },
  { name: 'a file that crashes is a failure', content: `throw new Error('at load');`, want: [0, 1, 0] },
  {
    name: 'a file that ends badly after its tests is a failure',
    content: `test('a', () => {}); process.on('exit', () => { process.exitCode = 3; });`,
    want: [1, 1, 0],
  },
  { name: 'a file without a test is a failure', content: ``, want: [0, 1, 0] },
];
test('with everything required a skip is a failure, unless it is for want of a Grafana', () => {
  const content = (reason: string) => `test('a', { skip: '${reason}' }, () => {});`;
  const of = (reason: string) => {
    const { passed, failed, skipped } = tallyOf(content(reason), true);
    return [passed, failed, skipped];
  };
  assert.deepEqual(of('no Kafka'), [0, 1, 0]);
  assert.deepEqual(of('GRAFANA_URL names no Grafana'), [0, 0, 1]);
});

for (const { name, content, want } of cases) {
  test(name, () => assert.deepEqual(Object.values(tallyOf(content)), want));
}

test('a skip is a failure where everything is required', () => {
  const skipping = `test('a', { skip: 'no broker' }, () => {});`;
  assert.deepEqual(tallyOf(skipping, false), { passed: 0, failed: 0, skipped: 1 });
  assert.deepEqual(tallyOf(skipping, true), { passed: 0, failed: 1, skipped: 0 });
});

test('the reason of a skip and the message of a failure are printed, file by file', () => {
  const lines = runTests(
    {
      'a.test.ts': `test('a', { skip: 'no broker' }, () => {});`,
      'b.test.ts': `test('b', () => { throw new Error('the message'); });`,
    },
    false,
  );
  assert.deepEqual(lines.slice(0, 2), ['ok   a.test.ts: 0 passed, 0 failed, 1 skipped', '     skipped: no broker']);
  assert.ok(lines.includes('FAIL b.test.ts: 0 passed, 1 failed, 0 skipped'));
  assert.ok(lines.some((line) => line.includes('Error: the message')));
});
