import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ScanObservation } from '../../domain/observation.ts';
import { mergeScope, type ScopeRecord } from '../../domain/scope-record.ts';
import { DAY, HOUR, T0, verdict } from '../../domain/story.ts';
import { inputOf } from '../input.ts';
import { asset, factOf } from '../test-facts.ts';
import { compute } from './compute.ts';

/** [hours from T0, complete] of each scan; every six hours unless said. */
function scope(
  name: string,
  scans: readonly (readonly [hour: number, complete: boolean])[],
  more: Partial<ScanObservation> = {},
): ScopeRecord {
  let record: ScopeRecord | undefined;
  for (const [hour, complete] of scans) {
    const body: ScanObservation = {
      kind: 'scan',
      detector: 'prowler',
      detectorClass: 'posture',
      scope: name,
      scanId: `${name}-${hour}`,
      atMs: T0 + hour * HOUR,
      complete,
      absenceCloses: true,
      ...(!complete && { error: 'Throttling' }),
      intervalSeconds: 6 * 3600,
      ...more,
    };
    record = mergeScope(record, factOf(body), name);
  }
  assert.ok(record);
  return record;
}

const over = (scopes: readonly ScopeRecord[], hour: number) =>
  compute(inputOf({ scopes }, T0 + (hour - 24) * HOUR, T0 + hour * HOUR));

test('one of four scopes has not been enumerated for two intervals: 1 / 4', () => {
  const scopes = ['a', 'b', 'c'].map((name) =>
    scope(name, [
      [0, true],
      [6, true],
    ]),
  );
  const { value, good, bad, members } = over([...scopes, scope('d', [[0, true]])], 13);
  assert.deepEqual([value, good, bad], [0.25, 3, 1]); // d's scan of 0 h stands until 12 h
  assert.equal(members.find(({ role }) => role === 'bad')?.reason, 'stale');
});

test('a failed scan makes its scope unknown at once, and a complete one known again', () => {
  const failing = [
    scope('a', [
      [0, true],
      [6, false],
    ]),
  ];
  assert.deepEqual([over(failing, 5).value, over(failing, 7).value], [0, 1]);
  assert.equal(over(failing, 7).members[0]?.reason, 'scan_failed');
  assert.equal(
    over(
      [
        scope('a', [
          [0, true],
          [6, false],
          [7, true],
        ]),
      ],
      8,
    ).value,
    0,
  );
});

test('a scan that does not say that it listed everything leaves its scope not enumerated, but has not failed', () => {
  const body = { kind: 'scan', detector: 'x', detectorClass: 'posture', scope: 'p', scanId: '1', atMs: T0 } as const;
  const partial = mergeScope(undefined, factOf({ ...body, complete: false, absenceCloses: false }), 'p');
  const { members, companions } = over([partial], 1);
  assert.deepEqual([members[0]?.reason, companions.failed_scans], ['stale', 0]);
});

test('failed scans of the window are counted', () => {
  const { companions } = over(
    [
      scope('a', [
        [-30, false],
        [2, false],
        [3, false],
        [4, true],
      ]),
    ],
    5,
  );
  assert.equal(companions.failed_scans, 2);
});

test('assets that the scan listed against those of the inventory', () => {
  const assets = Array.from({ length: 10 }, (_, index) => ({
    asset: asset(`a${index}`, index === 9 ? { deletedMs: T0 + HOUR } : {}),
    watched: [],
    episodes: [],
    segments: [],
    declaredBy: {},
  }));
  const scopes = [scope('111122223333', [[0, true]], { assets: 6 })];
  // Nine exist, six were listed: 3 / 9.
  assert.equal(compute(inputOf({ scopes, assets }, T0, T0 + 2 * HOUR)).companions.asset_delta, 1 / 3);
});

test('a scope of which only verdicts are known is not scanned, one that is yet to come is not known', () => {
  const told = mergeScope(undefined, verdict(0, 'fail'), 'x');
  assert.deepEqual(over([told, scope('later', [[48, true]])], 1).members, []);
});

test('no scope is null, never complete', () => {
  assert.deepEqual([over([], 1).value, over([], 1).companions.asset_delta], [null, null]);
  assert.equal(compute(inputOf({}, T0, T0 + DAY)).companions.known_scopes, 0);
});
