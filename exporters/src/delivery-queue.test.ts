import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { waitFor } from '../../tests/servers/process.ts';
import { DeliveryQueue, type ExportResult } from './delivery-queue.ts';
import { recordingSettings } from './samples.ts';

function queueOf(results: (ExportResult | Promise<ExportResult>)[], keyOf?: (item: number) => unknown) {
  const settings = recordingSettings();
  const sent: number[][] = [];
  const queue = new DeliveryQueue<number>(
    {
      exporter: 'test',
      maxItems: 4,
      batchItems: 2,
      backoffMs: 1,
      ...(keyOf && { keyOf }),
      async send(batch) {
        sent.push([...batch]);
        return (await results.shift()) ?? { status: 'accepted' };
      },
    },
    settings,
  );
  return { queue, sent, ...settings };
}

test('batches go out in order, each repeated until it is accepted', async () => {
  const away: ExportResult = { status: 'retryable', code: 'unavailable' };
  const { queue, sent, counts, messages } = queueOf([away, away]);
  queue.offer([1, 2, 3]);
  await waitFor('three items', () => counts.get('exported') === 3);
  assert.deepEqual(sent, [[1, 2], [1, 2], [1, 2], [3]]);
  assert.equal(counts.get('retried unavailable'), 2);
  assert.deepEqual(messages, ['destination is away, retrying', 'destination is back']);
  assert.equal(counts.get('queued'), 0);
});

test('what somebody else delivers leaves the queue, and its destination stays away', async () => {
  const away: ExportResult = { status: 'retryable', code: 'unavailable' };
  const moved: ExportResult = { status: 'moved', code: 'fell_back', isAway: true };
  const { queue, counts, messages } = queueOf([moved, away]);
  queue.offer([1, 2, 3]);
  await waitFor('the third item', () => counts.get('exported') === 1);
  assert.equal(counts.get('dropped fell_back'), 2);
  assert.deepEqual(messages, ['destination is away, retrying', 'destination is back']);
});

test('what is refused for good is dropped with its code, and what follows goes on', async () => {
  const { queue, sent, counts } = queueOf([{ status: 'rejected', code: 'invalid_argument' }]);
  queue.offer([1, 2, 3]);
  await waitFor('the third item', () => counts.get('exported') === 1);
  assert.deepEqual(sent, [[1, 2], [3]]);
  assert.equal(counts.get('dropped invalid_argument'), 2);
});

test('a full queue drops what is new, and counts it', async () => {
  const { queue, counts } = queueOf([new Promise(() => {})]);
  queue.offer([1, 2, 3, 4, 5]);
  queue.offer([6]);
  assert.equal(counts.get('dropped queue_full'), 2);
  await queue.stop(1);
});

test('stop delivers what is queued, and takes nothing more', async () => {
  const { queue, sent, counts } = queueOf([]);
  queue.offer([1, 2, 3]);
  await queue.stop(10_000);
  queue.offer([4]);
  assert.deepEqual(sent, [[1, 2], [3]]);
  assert.equal(counts.get('dropped shutdown'), 1);
});

test('stop gives up on a destination that does not answer, and counts what is lost once', async () => {
  let answer: (result: ExportResult) => void = () => {};
  const { queue, counts } = queueOf([new Promise((resolve) => (answer = resolve))]);
  queue.offer([1, 2, 3]);
  await nextTurn();
  await queue.stop(5);
  assert.equal(counts.get('dropped shutdown'), 3);
  answer({ status: 'accepted' });
  await nextTurn();
  assert.equal(counts.get('exported'), undefined);
});

test('an item replaces the queued one with its key, also one that is on its way', async () => {
  let answer: (result: ExportResult) => void = () => {};
  const { queue, sent, counts } = queueOf([new Promise((resolve) => (answer = resolve))], (item) => item % 10);
  queue.offer([1, 2, 3]);
  await nextTurn();
  queue.offer([11, 13]);
  answer({ status: 'accepted' });
  await waitFor('an empty queue', () => counts.get('queued') === 0);
  assert.deepEqual(sent, [
    [1, 2],
    [11, 13],
  ]);
});
