import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { KeyColumn } from '../../packed/key-column.ts';
import { SqliteStore } from './store.ts';

const KEYS = 3000;
/** Bytes that no text has. */
const ASSET = Uint8Array.of(0, 10, 255, 10, 0);

function file(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'states-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return join(folder, 'cnapp.db');
}

/** Keys from..to, with what round they were written in. */
function* states(round: number, from = 0, to = KEYS): Generator<[string, Uint8Array]> {
  for (let n = from; n < to; n += 1)
    yield [`f_${n}\n"é"`, Buffer.from(JSON.stringify({ n, round, text: 'a line\nand another' }))];
}

function roundsOf(store: SqliteStore): Map<string, number> {
  const rounds = new Map<string, number>();
  for (const [key, state] of store.loadStates('findings')) {
    assert.ok(!rounds.has(key), 'each key comes once');
    rounds.set(key, (JSON.parse(Buffer.from(state).toString()) as { round: number }).round);
  }
  return rounds;
}

function chunksIn(path: string): number {
  const db = new DatabaseSync(path, { readOnly: true });
  const { n } = db.prepare('SELECT count(*) AS n FROM states').get() as { n: number };
  db.close();
  return n;
}

test('the latest state of each key is found, before and after a restart, and what is superseded does not pile up', (t) => {
  const path = file(t);
  const first = new SqliteStore(path);
  const write = (round: number, from?: number, to?: number): void =>
    first.transaction(() => first.saveStates('findings', states(round, from, to)));
  first.transaction(() => first.saveStates('assets', [['a:default:bucket', ASSET]]));
  write(0);
  // The first thousand again and again: 40 rounds would be 40 chunks more.
  for (let round = 1; round <= 40; round += 1) write(round, 0, 1000);
  const expected = (store: SqliteStore): void => {
    const rounds = roundsOf(store);
    assert.equal(rounds.size, KEYS);
    assert.equal(rounds.get('f_7\n"é"'), 40);
    assert.equal(rounds.get('f_1000\n"é"'), 0);
    assert.deepEqual(
      [...store.loadStates('assets')].map(([key, state]) => [key, [...state]]),
      [['a:default:bucket', [...ASSET]]],
    );
  };
  expected(first);
  first.close();
  // At most three rows a key and a chunk: (3 × 3000 + 1000) / 1000, and the one of assets.
  assert.ok(chunksIn(path) <= 11, `${chunksIn(path)} chunks`);
  const second = new SqliteStore(path);
  expected(second);
  second.transaction(() => second.saveStates('findings', states(41, 2999)));
  assert.equal(roundsOf(second).get('f_2999\n"é"'), 41);
  second.close();
});

for (const where of ['a map', 'a column']) {
  test(`states of a transaction that is rolled back were never there: pieces noted in ${where}`, (t) => {
    const path = file(t);
    const rows = new Map(Array.from(states(0), ([key], row) => [key, row]));
    const column = new KeyColumn(
      (key) => rows.get(key) ?? -1,
      () => rows.size,
    );
    const store = new SqliteStore(path);
    assert.deepEqual([...store.loadStates('findings', where === 'a map' ? new Map() : column)], []);
    const write = (round: number, to?: number): void =>
      store.transaction(() => store.saveStates('findings', states(round, 0, to)));
    write(1);
    assert.throws(() =>
      store.transaction(() => {
        store.saveStates('findings', states(2));
        throw new Error('no');
      }),
    );
    write(3, 1);
    // What the failed one noted would have chunks go that are in force.
    for (let round = 4; round <= 40; round += 1) write(round, 1000);
    store.close();
    assert.ok(chunksIn(path) <= 10, `${chunksIn(path)} chunks`);
    const rounds = roundsOf(new SqliteStore(path));
    assert.equal(rounds.size, KEYS);
    assert.equal(rounds.get('f_999\n"é"'), 40);
    assert.equal(rounds.get('f_1000\n"é"'), 1);
  });
}

const OLDER: Record<number, string> = {
  3: `
    DROP TABLE states;
    CREATE TABLE findings (id TEXT PRIMARY KEY, state TEXT NOT NULL) STRICT;
    CREATE TABLE assets (key TEXT PRIMARY KEY, state TEXT NOT NULL) STRICT;`,
  4: "INSERT INTO states (kind, body) VALUES ('findings', x'28b52ffd');",
};
for (const [version, before] of Object.entries(OLDER)) {
  test(`a store of version ${version} is taken over: its read models are folded from the ledger again`, (t) => {
    const path = file(t);
    new SqliteStore(path).close();
    const old = new DatabaseSync(path);
    old.exec(`${before} INSERT INTO meta VALUES ('stored_seq', '5'); PRAGMA user_version=${version};`);
    old.close();
    const store = new SqliteStore(path);
    assert.equal(store.meta('stored_seq'), null);
    assert.deepEqual([...store.loadStates('findings')], []);
    store.close();
    // As if the process had been killed before the version was noted.
    const killed = new DatabaseSync(path);
    killed.exec(`PRAGMA user_version=${version}`);
    killed.close();
    new SqliteStore(path).close();
  });
}

test('a store of an older version is refused by name', (t) => {
  const path = file(t);
  new SqliteStore(path).close();
  const old = new DatabaseSync(path);
  old.exec('PRAGMA user_version=2');
  old.close();
  assert.throws(() => new SqliteStore(path), /has schema version 2, this build reads 5/);
});
