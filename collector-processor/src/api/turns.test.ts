import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Turns } from './turns.ts';

const waited = () => false;

/** Items that take a turn each. */
function* slowly(name: string, count: number, log: string[]): Generator<string> {
  for (let n = 1; n <= count; n += 1) {
    const untilMs = performance.now() + 12;
    while (performance.now() < untilMs);
    log.push(`${name}${n}`);
    yield `${name}${n}`;
  }
}

test('a short answer comes between the items of a long one; a second long one waits', async () => {
  const turns = new Turns();
  const log: string[] = [];
  const long = turns.all(() => slowly('a', 3, log), waited);
  const next = turns.all(() => slowly('b', 1, log), waited);
  setImmediate(() => setImmediate(() => log.push('short')));
  assert.deepEqual(await long, ['a1', 'a2', 'a3']);
  assert.deepEqual(await next, ['b1']);
  const short = log.indexOf('short');
  assert.ok(short > 0 && short < 3, log.join());
  assert.deepEqual(
    log.filter((one) => one !== 'short'),
    ['a1', 'a2', 'a3', 'b1'],
  );
});

test('what nobody waits for any more is not computed', async () => {
  const turns = new Turns();
  const log: string[] = [];
  await turns.all(
    () => slowly('a', 5, log),
    () => log.length === 2,
  );
  assert.deepEqual(log, ['a1', 'a2']);
  await turns.all(
    () => assert.fail('read'),
    () => true,
  );
});

test('one that fails takes no other with it', async () => {
  const turns = new Turns();
  const failing = turns.all(() => {
    throw new RangeError('window');
  }, waited);
  const next = turns.all(() => [1, 2], waited);
  const none = turns.all(() => null, waited);
  await assert.rejects(failing, RangeError);
  assert.deepEqual(await next, [1, 2]);
  assert.equal(await none, null);
});
