import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Fact } from '@cnapp-slo/model';
import { SqliteStore } from './store.ts';

function fact(n: number, recvMs = 1000): Fact {
  return {
    id: `id-${n}`,
    tenant: 'default',
    atMs: n,
    recvMs,
    origin: 'live',
    exercise: false,
    source: { id: 's', format: 'ocsf', scope: '1' },
    body: { kind: 'heartbeat', agent: 'falco', node: `node-${n}`, atMs: n },
  };
}

const subjectsOf = (n: number) => [`h:node-${n}`, 'h:all'];

/** More than the tail holds, so that some facts are found by the index on disk, and the last ones in memory. */
const MANY = 25_000;

function fill(store: SqliteStore): void {
  for (let n = 0; n < MANY; n += 500)
    store.transaction(() => {
      for (let k = n; k < n + 500; k += 1) assert.equal(store.appendFact(fact(k), subjectsOf(k)), 'new');
    });
}

function assertFull(store: SqliteStore): void {
  assert.equal(store.factCount(), MANY);
  assert.deepEqual(store.fact('h:node-7', 'id-7'), fact(7));
  assert.deepEqual(store.fact(`h:node-${MANY - 1}`, `id-${MANY - 1}`), fact(MANY - 1));
  assert.equal(store.factsOf('h:all').length, MANY);
  assert.deepEqual([...new Set(store.subjects('h:node-'))].length, MANY);
  for (const n of [7, MANY - 1])
    assert.equal(
      store.transaction(() => store.appendFact(fact(n), subjectsOf(n))),
      'known',
    );
}

test('facts are found by subject and id, on disk and in memory, before and after a restart', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'store-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const first = new SqliteStore(join(folder, 'cnapp.db'));
  fill(first);
  assertFull(first);
  first.close();
  const second = new SqliteStore(join(folder, 'cnapp.db'));
  assertFull(second);
  second.close();
});

test('an earlier receipt is kept, wherever the fact is', () => {
  const store = new SqliteStore(':memory:');
  fill(store);
  for (const n of [7, MANY - 1]) {
    assert.equal(
      store.transaction(() => store.appendFact(fact(n, 900), subjectsOf(n))),
      'earlier_receipt',
    );
    assert.equal(store.fact(`h:node-${n}`, `id-${n}`)?.recvMs, 900);
    assert.deepEqual(store.factsOf(`h:node-${n}`, 950), [fact(n, 900)]);
    assert.deepEqual(store.factsOf(`h:node-${n}`, 899), []);
  }
});

test('what is rolled back leaves no trace', () => {
  const store = new SqliteStore(':memory:');
  store.transaction(() => store.appendFact(fact(1), subjectsOf(1)));
  assert.throws(() =>
    store.transaction(() => {
      store.appendFact(fact(1, 900), subjectsOf(1));
      store.appendFact(fact(2), subjectsOf(2));
      throw new Error('no');
    }),
  );
  assert.deepEqual(store.factsOf('h:all'), [fact(1)]);
  assert.equal(store.fact('h:node-2', 'id-2'), null);
  assert.equal(
    store.transaction(() => store.appendFact(fact(2), subjectsOf(2))),
    'new',
  );
});
