import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Asset } from '../../domain/asset.ts';
import type { DriftSegment } from '../../domain/drift-segments.ts';
import { DAY, HOUR, T0 } from '../../domain/story.ts';
import { inputOf } from '../input.ts';
import type { AssetView } from '../sli.ts';
import { asset } from '../test-facts.ts';
import { compute } from './compute.ts';

/** `claims`: ms from T0 of the last claim of each repository. */
function resource(
  id: string,
  claims: readonly number[],
  segments: DriftSegment[] = [],
  more: Partial<Asset> = {},
): AssetView {
  const declaredBy = Object.fromEntries(claims.map((at, index) => [`repo-${index}`, T0 + at]));
  return { asset: asset(id, more), watched: [], episodes: [], segments, declaredBy };
}

function compared(from: number, to: number, more: Partial<DriftSegment> = {}): DriftSegment {
  return { fromMs: T0 + from, toMs: T0 + to, state: 'in_sync', ...more };
}

const over = (assets: readonly AssetView[], at = 20 * DAY) => compute(inputOf({ assets }, T0 + at - 28 * DAY, T0 + at));

test('nothing declares one of two', () => {
  const { value, good, bad, companions } = over([resource('a', [0]), resource('b', [])]);
  assert.deepEqual([value, good, bad, companions.none], [0.5, 1, 1, 0.5]);
});

test('found live but not declared is no link either, whatever was claimed', () => {
  const unmanaged = compared(19 * DAY, 21 * DAY, { state: 'drift', kind: 'unmanaged' });
  assert.equal(over([resource('a', [0], [unmanaged])]).members[0]?.reason, 'none');
});

test('a comparison older than two intervals leaves the link stale', () => {
  const result = over([resource('a', [0], [compared(0, 2 * DAY)]), resource('b', [0], [compared(19 * DAY, 21 * DAY)])]);
  assert.deepEqual([result.value, result.companions.stale], [0.5, 0.5]);
});

test('two repositories that claim it within a week contradict each other; a later claim alone is a move', () => {
  const result = over([resource('a', [0, 6 * DAY]), resource('b', [0, 8 * DAY]), resource('c', [0])]);
  assert.deepEqual([result.value, result.companions.contradictory], [1 / 3, 1 / 3]);
});

test('images, machines and identities are not declared one by one; what is gone is not in scope', () => {
  const image = { id: 'i', kind: 'image', provider: 'oci' as const };
  const { members } = over([
    resource('i', [], [], { ref: image }),
    resource('gone', [], [], { deletedMs: T0 + HOUR }),
    resource('later', [], [], { firstSeenMs: T0 + 30 * DAY }),
  ]);
  assert.deepEqual(members, []);
});

test('no resource is null', () => {
  assert.deepEqual([over([]).value, over([]).companions.stale], [null, null]);
});
