import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { differencesBetween } from './recompute.ts';
import { change, DAY, fail, HOUR, Stage, T0 } from './test-stage.ts';

test('every SLI computed again from the ledger is the stored one, bit for bit, in any order of arrival', async () => {
  const asset = (name: string) => ({
    id: `arn:aws:s3:::${name}`,
    kind: 's3_bucket',
    provider: 'aws' as const,
    account: '1',
  });
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
  // Lengths that binary fractions cannot hold, so that another order of summation would show.
  const told = names.flatMap((name, index) => [
    fail(0, { asset: asset(name), verdict: 'pass' }),
    change(HOUR + index * 7, { assets: [asset(name)], nativeId: name }),
    fail(2 * HOUR + index * 1013, { asset: asset(name) }),
    ...(index % 2 === 0 ? [fail(5 * HOUR + index * 3307, { asset: asset(name), verdict: 'pass' as const })] : []),
  ]);
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray(told, { minLength: told.length, maxLength: told.length }),
      async (shuffled) => {
        const stage = new Stage();
        for (const body of shuffled) await stage.receive(6 * HOUR, 'ocsf', [body]);
        stage.now = T0 + 3 * DAY;
        const stored = stage.slis.list();
        stage.now += 1;
        for (const report of stored) {
          const again = stage.slis.get(report.id, { asOfMs: Date.parse(report.as_of) });
          assert.ok(again);
          assert.deepEqual(differencesBetween(report, again), [], report.id);
        }
      },
    ),
    { numRuns: 15, seed: 3 },
  );
});

test('a difference is named with both values', () => {
  const report = new Stage().slis.get('mttr');
  assert.ok(report);
  assert.deepEqual(differencesBetween(report, { ...report, value: 1 }), ['value: null, from the ledger 1']);
});
