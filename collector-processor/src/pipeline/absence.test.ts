import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AssetObservation, Fact, FindingObservation, ScanObservation } from '@cnapp-slo/model';
import { DEFAULT_EPISODE_POLICY } from '@cnapp-slo/model';
import { SqliteStore } from '../storage/sqlite/store.ts';
import { Draft } from './draft.ts';
import { Estate } from './estate.ts';
import { assetKey, factOf, type Ledgered } from './facts.ts';

const T0 = Date.parse('2026-10-01T00:00:00Z');
const HOUR = 3600_000;
const CART = { id: 'prod/apps/deployment/shop/cart', kind: 'deployment', provider: 'kubernetes' as const };
const SCOPE = 'inventory-kubernetes-lists/prod/deployment';

function run(hour: number, lists: boolean, complete = true): Ledgered[] {
  const scanId = `run ${hour}`;
  const atMs = T0 + hour * HOUR;
  const scan: ScanObservation = {
    kind: 'scan',
    detector: 'inventory-kubernetes-lists',
    detectorClass: 'posture',
    scope: SCOPE,
    scanId,
    atMs,
    complete,
    absenceCloses: false,
  };
  const sight: AssetObservation = {
    kind: 'asset',
    asset: CART,
    state: 'present',
    atMs,
    listed: { scope: SCOPE, scanId, atMs },
  };
  return lists ? [sight, scan] : [scan];
}

const failure: FindingObservation = {
  kind: 'finding',
  detector: 'trivy',
  detectorClass: 'posture',
  rule: 'KSV-0017',
  title: 'Privileged container',
  asset: CART,
  verdict: 'fail',
  severity: 'high',
  atMs: T0 + HOUR,
  scope: 'prod',
};

/** Each delivery is a commit of its own. */
function fold(deliveries: readonly (readonly Ledgered[])[]): Estate {
  const store = new SqliteStore(':memory:');
  const estate = new Estate(DEFAULT_EPISODE_POLICY);
  for (const [at, delivery] of deliveries.entries()) {
    const draft = new Draft(estate, store, () => false);
    const settings = { tenant: 'default', recvMs: T0 + 50 * HOUR + at, backfill: false, exercise: false };
    const source = { id: 'test', format: 'inventory-kubernetes-lists', scope: 'prod' };
    const facts: Fact[] = delivery.map((body) => factOf(body, { ...settings, source }));
    store.transaction(() => {
      for (const fact of facts) draft.take(fact);
      draft.finish();
    });
    draft.apply();
  }
  store.close();
  return estate;
}

function deletedHour(estate: Estate): number | null {
  const deletedMs = estate.assets.get(assetKey('default', CART.id))?.asset.deletedMs;
  return deletedMs === undefined ? null : (deletedMs - T0) / HOUR;
}

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item, at) => permutations(items.toSpliced(at, 1)).map((rest) => [item, ...rest]));
}

const stories: [string, Ledgered[][], number | null][] = [
  ['two complete runs lack it: gone since the first', [run(1, true), run(2, false), run(3, false)], 2],
  ['only incomplete runs lack it', [run(1, true), run(2, false, false), run(3, false, false)], null],
  ['an incomplete run, then a complete one', [run(1, true), run(2, false, false), run(3, false)], 3],
  ['gone and back', [run(1, true), run(2, false), run(3, true)], null],
  ['gone, back, and gone again', [run(1, true), run(2, false), run(3, true), run(4, false)], 4],
  ['never listed by that inventory', [[{ ...failure, atMs: T0 }], run(2, false)], null],
];

for (const [name, deliveries, want] of stories) {
  test(`${name}, in every order of arrival`, () => {
    for (const order of permutations(deliveries)) assert.equal(deletedHour(fold(order)), want);
  });
}

test('the findings of an asset that a complete inventory lacks are closed as deleted, never as fixed', () => {
  for (const order of permutations([run(1, true), [failure], run(2, false)])) {
    const [state] = fold(order).findings.values();
    assert.deepEqual(
      state?.episodes.map(({ closeReason, clocks }) => [closeReason, clocks.t_close?.atMs, clocks.t_verify]),
      [['asset_deleted', T0 + 2 * HOUR, undefined]],
    );
  }
});

test('(7) a storm of failed runs closes nothing', () => {
  const storm = Array.from({ length: 20 }, (_, at) => run(2 + at, false, false));
  const [state] = fold([run(1, true), [failure], ...storm]).findings.values();
  assert.deepEqual(
    state?.episodes.map((episode) => episode.state),
    ['open'],
  );
});
