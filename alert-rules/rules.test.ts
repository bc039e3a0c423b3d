import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { requirePart } from '../tests/servers/require-part.ts';
import { generate } from './generate.ts';

const promtool = requirePart('promtool');
const run = promisify(execFile);
const root = join(import.meta.dirname, '..');
const generated = await generate();
const rules = [...generated.keys()].filter((path) => path.includes('/prometheus/'));

for (const [path, content] of generated) {
  test(`${path} is what its SLO compiles to`, async () => {
    assert.equal(await readFile(join(root, path), 'utf8'), content, 'run npm run generate');
  });
}

test('promtool accepts every rule file', { skip: promtool.skip }, async () => {
  await run(promtool.path, ['check', 'rules', '--lint=all', '--lint-fatal', ...rules], { cwd: root });
});

for (const name of readdirSync(join(import.meta.dirname, 'tests'))) {
  test(`the rules do what tests/${name} says`, { skip: promtool.skip }, async () => {
    await run(promtool.path, ['test', 'rules', join(import.meta.dirname, 'tests', name)]);
  });
}
