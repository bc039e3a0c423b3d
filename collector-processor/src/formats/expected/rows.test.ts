import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { test } from 'node:test';
import { ADAPTERS, recognise } from '../index.ts';
import { documented, reviewed } from './documented.ts';
import { RECEIPT_MS, rowFormsOf, rowsOf } from './row.ts';

/**
 * Identity, asset, severity, time and status of documents of every format. The lines of `rows.txt` were checked one by one against the raw documents and
 * the tools' documentation, those of each format's `documented.txt` were written from the documentation alone; where they differ from what a reader
 * says, the reader is wrong.
 */
const formats = join(import.meta.dirname, '..');
const fixtures = resolve(formats, '../../..', process.env.CNAPP_FIXTURES ?? '../shared/fixtures');
const hasFixtures = existsSync(join(fixtures, 'MANIFEST.tsv'));

const tables = documented();
const expected = Map.groupBy([...reviewed(), ...tables.flatMap(({ rows }) => rows)], ({ file }) => file);

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
    const forms = new Set(rowFormsOf(observations, rejections));
    for (const { row } of rows) assert.ok(forms.has(row), `expected ${row}\nof ${said.slice(0, 5).join('\n   ')}`);
    const [format = dirname(file)] = Object.keys(byFormat);
    rowsByFormat.set(format, (rowsByFormat.get(format) ?? 0) + rows.length);
  });
}

test('every format has rows, three where the fixtures are at hand', () => {
  const least = hasFixtures ? 3 : 1;
  const short = ADAPTERS.map(({ id }) => id).filter((id) => (rowsByFormat.get(id) ?? 0) < least);
  assert.deepEqual(short, []);
});

test('every format has a table of documented rows', () => {
  const known = new Set(tables.map(({ format }) => format));
  assert.deepEqual(
    ADAPTERS.map(({ id }) => id).filter((id) => !known.has(id)),
    [],
  );
});

for (const { format, rows, sources } of tables) {
  test(`${format} has three documented rows or more, each with a source`, () => {
    assert.ok(rows.length >= 3, `${rows.length} rows`);
    for (const { row, why } of rows) {
      const cited = why.match(/\[\d+\]/g) ?? [];
      assert.ok(cited.length > 0 && cited.every((number) => sources.has(number)), `${row}: ${why}`);
    }
  });
}

if (!hasFixtures) {
  test('rows of the fixtures', (context) => {
    if (process.env.CNAPP_REQUIRE_ALL === '1') assert.fail('the fixtures are absent');
    context.skip('the fixtures are absent');
  });
}
