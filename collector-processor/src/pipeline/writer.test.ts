import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { Writer } from './writer.ts';

/** A writer that notes how many deliveries each of its commits held; by its clock every look takes `lookMs`. */
function writer(lookMs: number): { commits: number[]; submit: () => Promise<void> } {
  const commits: number[] = [];
  let nowMs = 0;
  const subject = new Writer(
    {
      commit: (requests) => {
        commits.push(requests.length);
        return [];
      },
      committed: () => {},
      poisoned: (_request, error) => assert.fail(String(error)),
    },
    1_000_000,
    () => {
      nowMs += lookMs;
      return nowMs;
    },
  );
  const submit = (): Promise<void> =>
    new Promise((done) => {
      subject.submit({
        facts: [],
        bytes: 1,
        accepted: { status: 'accepted', records: 1, rejected: 0 },
        done: () => done(),
      });
    });
  return { commits, submit };
}

test('deliveries of turns that follow one another share a commit', async () => {
  const { commits, submit } = writer(0);
  const answers: Promise<void>[] = [];
  for (let turn = 0; turn < 5; turn++) {
    answers.push(submit());
    await setImmediate();
  }
  await Promise.all(answers);
  assert.deepEqual(commits, [5]);
});

test('deliveries that never pause wait for ten milliseconds, not for ever', async () => {
  const { commits, submit } = writer(1);
  const first = submit();
  let isAnswered = false;
  void first.then(() => {
    isAnswered = true;
  });
  for (let turn = 0; turn < 100 && !isAnswered; turn++) {
    void submit();
    await setImmediate();
  }
  assert.ok(isAnswered, 'the first was answered while others kept coming');
  assert.ok((commits[0] ?? 0) > 1);
});
