import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type ArtifactRecord, mergeArtifact } from '../../domain/artifact-record.ts';
import type { Asset } from '../../domain/asset.ts';
import type { Fact } from '../../domain/fact.ts';
import type { SbomObservation } from '../../domain/observation.ts';
import { DAY, HOUR, MINUTE, T0 } from '../../domain/story.ts';
import { inputOf } from '../input.ts';
import type { ArtifactView } from '../sli.ts';
import { asset, factOf } from '../test-facts.ts';
import { compute } from './compute.ts';

interface Story {
  /** ms from T0 at which the digest was seen on the asset. */
  seen: readonly (readonly [at: number, on: Asset])[];
  /** [ms from T0, components] of each SBOM. */
  sboms?: readonly (readonly [at: number, components: number])[];
}

const cart = asset('cart', { criticality: 'c0' });
const blog = asset('blog', { criticality: 'c3' });

function digest(name: string, { seen, sboms = [] }: Story): ArtifactView {
  let record: ArtifactRecord | undefined;
  for (const [at, on] of seen)
    record = mergeArtifact(record, factOf({ kind: 'asset', asset: on.ref, state: 'present', atMs: T0 + at }), name);
  for (const [at, components] of sboms) {
    const sbom = { kind: 'sbom', digest: name, subject: name, spec: 'spdx', components, atMs: T0 + at } as const;
    record = mergeArtifact(record, factOf(sbom), name);
  }
  assert.ok(record);
  const assets = new Map(seen.map(([, on]) => [on.ref.id, on]));
  return { record, assets: [...assets.values()] };
}

const over = (artifacts: readonly ArtifactView[], toMs = T0 + 28 * DAY) =>
  compute(inputOf({ artifacts }, toMs - 28 * DAY, toMs));

test('two of three running digests have an SBOM', () => {
  const { value, good, bad } = over([
    digest('sha256:a', { seen: [[0, cart]], sboms: [[0, 10]] }),
    digest('sha256:b', { seen: [[0, cart]], sboms: [[0, 10]] }),
    digest('sha256:c', { seen: [[0, blog]] }),
  ]);
  assert.deepEqual([value, good, bad], [2 / 3, 2, 1]);
});

test('an SBOM that lists nothing is none', () => {
  const { value, members, companions } = over([digest('sha256:a', { seen: [[0, cart]], sboms: [[0, 0]] })]);
  assert.deepEqual([value, members[0]?.reason, companions.without_components], [0, 'sbom_lists_nothing', 1]);
});

test('weighted by instances, and of critical assets alone', () => {
  const { value, companions } = over([
    digest('sha256:a', {
      seen: [
        [0, cart],
        [0, blog],
        [0, asset('web')],
      ],
      sboms: [[0, 10]],
    }),
    digest('sha256:b', { seen: [[0, blog]] }),
  ]);
  // 1 of 2 digests; 3 of 4 instances; of those on c0 or c1 there is one, and it has an SBOM.
  assert.deepEqual([value, companions.instance_weighted, companions.critical], [0.5, 0.75, 1]);
});

test('a digest counts while it ran for ten minutes of the window, a day after its last sight at most', () => {
  const view = digest('sha256:a', {
    seen: [
      [0, cart],
      [2 * DAY, cart],
    ],
  });
  // Ran until 3 d. Of a window that begins at 3 d − 10 min it has ten minutes, one minute later nine.
  const windowFrom = (fromMs: number) => compute(inputOf({ artifacts: [view] }, fromMs, fromMs + 28 * DAY));
  assert.equal(windowFrom(T0 + 3 * DAY - 10 * MINUTE).bad, 1);
  assert.equal(windowFrom(T0 + 3 * DAY - 9 * MINUTE).members[0]?.reason, 'short_lived');
  assert.deepEqual(windowFrom(T0 + 3 * DAY).members, []);
});

test('the end of the asset ends the run', () => {
  const gone = asset('job', { deletedMs: T0 + 5 * MINUTE });
  assert.deepEqual(
    over([digest('sha256:a', { seen: [[0, gone]] })]).members.map(({ role, reason }) => [role, reason]),
    [['excluded', 'short_lived']],
  );
});

test('a late SBOM counts from the time it is of', () => {
  const view = digest('sha256:a', {
    seen: [
      [0, cart],
      [5 * DAY, cart],
    ],
    sboms: [[4 * HOUR, 10]],
  });
  assert.equal(over([view], T0 + 3 * HOUR).value, 0);
  assert.equal(over([view], T0 + 5 * HOUR).value, 1);
});

test('an SBOM of something that does not run is not counted; nothing running is null', () => {
  assert.equal(over([digest('sha256:a', { seen: [], sboms: [[0, 10]] })]).value, null);
  assert.equal(over([]).value, null);
});

/** More of a digest's life: each fact `at` ms from T0. */
function joined(view: ArtifactView, ...facts: readonly Fact[]): ArtifactView {
  const record = facts.reduce((known, fact) => mergeArtifact(known, fact, view.record.digest), view.record);
  return { ...view, record };
}
const unseen = (name: string): ArtifactView => ({
  record: { tenant: 'default', digest: name, sboms: [], seen: {}, live: true },
  assets: [],
});
const sbom = (at: number, more: Partial<SbomObservation>) =>
  factOf({ kind: 'sbom', subject: 's', spec: 'cyclonedx', components: 3, atMs: T0 + at, ...more });
const scanned = (at: number) =>
  factOf({
    kind: 'scan',
    detector: 'grype',
    detectorClass: 'vulnerability',
    scope: 's',
    scanId: `${at}`,
    atMs: T0 + at,
    complete: true,
    absenceCloses: true,
  });
const built = (at: number) =>
  factOf({
    kind: 'change',
    nativeId: `${at}`,
    changeKind: 'build',
    action: 'slsa:build',
    atMs: T0 + at,
    assets: [],
    actor: { id: 'ci', kind: 'automation' },
    outcome: 'success',
  });

test('of four running digests: one signed, one with the minimum elements, an empty one is neither', () => {
  const { companions } = over([
    joined(digest('a', { seen: [[0, cart]] }), sbom(0, { signed: true }), sbom(DAY, { minimal: true })),
    digest('b', { seen: [[0, cart]], sboms: [[0, 10]] }),
    joined(digest('c', { seen: [[0, blog]] }), sbom(0, { components: 0, signed: true, minimal: true })),
    digest('d', { seen: [[0, blog]] }),
  ]);
  assert.deepEqual([companions.signed, companions.minimum_elements], [1 / 4, 1 / 4]);
});

test('scanned within 24 hours, of what runs at the end: 1 of 3', () => {
  const end = 28 * DAY;
  const running = (name: string) =>
    digest(name, {
      seen: [
        [0, cart],
        [end - HOUR, cart],
      ],
    });
  const { companions } = over([
    joined(running('a'), scanned(end - DAY + MINUTE)),
    joined(running('b'), scanned(end - DAY - MINUTE)),
    running('c'),
    joined(digest('gone', { seen: [[0, cart]] }), scanned(end - HOUR)), // not seen for four weeks
  ]);
  assert.equal(companions.rescanned, 1 / 3);
});

test('builds of the window whose artifact has an SBOM: 2 of 3', () => {
  const one = built(DAY); // gave two artifacts
  const { companions } = over([
    joined(unseen('a'), one),
    joined(unseen('b'), one, sbom(2 * DAY, {})),
    joined(unseen('c'), built(3 * DAY), sbom(3 * DAY, {})),
    joined(unseen('d'), built(4 * DAY)),
    joined(unseen('e'), built(-DAY)),
  ]);
  assert.equal(companions.build_coverage, 2 / 3);
  assert.equal(over([digest('f', { seen: [[0, cart]] })]).companions.build_coverage, null);
});

test('an artifact’s record is the same in any order of its facts', () => {
  const facts = [
    sbom(DAY, { signed: true }),
    scanned(0),
    scanned(30 * HOUR),
    built(HOUR),
    built(2 * HOUR),
    factOf({ kind: 'asset', asset: cart.ref, state: 'present', atMs: T0 }),
  ];
  const recordOf = (order: readonly Fact[]) =>
    order.reduce((known: ArtifactRecord | undefined, fact) => mergeArtifact(known, fact, 'sha256:a'), undefined);
  fc.assert(
    fc.property(fc.shuffledSubarray(facts, { minLength: facts.length }), (order) => {
      assert.equal(JSON.stringify(recordOf(order)), JSON.stringify(recordOf(facts)));
    }),
  );
});
