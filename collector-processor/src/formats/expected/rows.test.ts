import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { test } from 'node:test';
import { ADAPTERS, recognise } from '../index.ts';
import { RECEIPT_MS, rowsOf } from './row.ts';

/**
 * Identity, asset, severity, time and status of documents of every format, one a line of `rows.txt`. The lines were checked one by one against the raw
 * documents and the tools' documentation; where they differ from what a reader says, the reader is wrong.
 */
const formats = join(import.meta.dirname, '..');
const fixtures = resolve(formats, '../../..', process.env.CNAPP_FIXTURES ?? '../shared/fixtures');
const hasFixtures = existsSync(join(fixtures, 'MANIFEST.tsv'));

const expected = new Map<string, string[]>();
for (const line of readFileSync(join(import.meta.dirname, 'rows.txt'), 'utf8')
  .trim()
  .split('\n')) {
  if (line.startsWith('#')) continue;
  const cut = line.indexOf(' | ');
  const file = line.slice(0, cut);
  expected.set(file, [...(expected.get(file) ?? []), line.slice(cut + 3)]);
}

/** Push events say what they are in a header only. */
const HINTS: Record<string, string> = { 'github-webhooks/push.payload.json': 'github-webhooks' };

const rowsByFormat = new Map<string, number>();

for (const [file, rows] of expected) {
  const own = join(formats, file);
  const isOwn = existsSync(own);
  if (!isOwn && !hasFixtures) continue;
  test(`${file} says what its tool means`, () => {
    const hint = HINTS[file];
    const { byFormat, observations, rejections } = recognise(
      new Uint8Array(readFileSync(isOwn ? own : join(fixtures, file))),
      {
        resource: {},
        attributes: hint === undefined ? {} : { 'cnapp.format': hint },
        receivedMs: RECEIPT_MS,
        ...(isOwn ? {} : { path: basename(file) }),
      },
    );
    const said = rowsOf(observations, rejections);
    for (const row of rows) assert.ok(said.includes(row), `expected ${row}\nof ${said.slice(0, 5).join('\n   ')}`);
    const [format = dirname(file)] = Object.keys(byFormat);
    rowsByFormat.set(format, (rowsByFormat.get(format) ?? 0) + rows.length);
  });
}

test('every format has rows, three where the fixtures are at hand', () => {
  const least = hasFixtures ? 3 : 1;
  const short = ADAPTERS.map(({ id }) => id).filter((id) => (rowsByFormat.get(id) ?? 0) < least);
  assert.deepEqual(short, []);
});

if (!hasFixtures) {
  test('rows of the fixtures', (context) => {
    if (process.env.CNAPP_REQUIRE_ALL === '1') assert.fail('the fixtures are absent');
    context.skip('the fixtures are absent');
  });
}
