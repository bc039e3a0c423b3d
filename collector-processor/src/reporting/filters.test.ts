import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { type AssetRef, exerciseTenant, type SliFilter } from '@cnapp-slo/model';
import { SliConfig } from './config.ts';
import { change, DAY, fail, HOUR, idOf, MINUTE, Stage, T0, workload } from './test-stage.ts';

const stage = new Stage({ canCause: (finding, cause) => cause.nativeId === `change-${finding.asset.id}` });
const store = (name: string): AssetRef => ({ id: name, kind: 's3_bucket', provider: 'aws', name, account: '1' });

/**
 * payments has `invoices` (c0, prod), changed and detected after 20 min, and runs digest A with an SBOM. shop has `images`
 * (c3, staging), detected after 80 min with high severity, and runs B without one. Both are found at 2 h; day 2 is asked about.
 */
before(async () => {
  const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
  const runs = (name: string, letter: string, owner: string) => ({
    kind: 'asset' as const,
    asset: { ...workload, id: name, name },
    state: 'present' as const,
    atMs: T0,
    context: { owner },
    relations: [{ rel: 'runs_image', to: `r@${digest(letter)}` }],
  });
  const owned = (name: string, context: object) => ({
    kind: 'asset' as const,
    asset: store(name),
    state: 'present' as const,
    atMs: T0,
    context,
  });
  await stage.receive(0, 'inventory', [
    owned('invoices', { owner: 'payments', environment: 'prod', criticality: 'c0' }),
    owned('images', { owner: 'shop', environment: 'staging', criticality: 'c3' }),
    runs('pay', 'a', 'payments'),
    runs('web', 'b', 'shop'),
    { kind: 'sbom', digest: digest('a'), subject: 'a', spec: 'spdx', components: 1, atMs: T0 },
  ]);
  await stage.receive(2 * HOUR, 'ocsf', [
    change(100 * MINUTE, { assets: [store('invoices')], nativeId: 'change-invoices' }),
    change(40 * MINUTE, { assets: [store('images')], nativeId: 'change-images' }),
    fail(2 * HOUR, { asset: store('invoices') }),
    fail(2 * HOUR, { asset: store('images'), severity: 'high' }),
  ]);
  stage.now = T0 + 2 * DAY;
});

const cases: [sli: string, filter: SliFilter, value: number | null][] = [
  ['mttd-config', {}, 3000], // (1200 + 4800) / 2
  ['mttd-config', { team: 'payments' }, 1200],
  ['mttd-config', { team: 'shop,payments' }, 3000],
  ['mttd-config', { environment: 'staging' }, 4800],
  ['mttd-config', { severity: 'critical', criticality: 'c0' }, 1200],
  ['mttd-config', { severity: 'critical', criticality: 'c3' }, null],
  ['mttd-config', { provider: 'gcp' }, null],
  ['mttd-config', { detector_class: 'posture', tenant: 'default' }, 3000],
  ['mttd-config', { tenant: 'other' }, null],
  ['mttd-config', { detector: 'prowler' }, 3000],
  ['mttd-config', { detector: 'trivy', severity: 'critical' }, null],
  ['incident-burn', { detector: 'trivy' }, 1], // nothing that it found is late
  ['sbom-coverage', {}, 1 / 2],
  ['sbom-coverage', { team: 'payments' }, 1],
  ['sbom-coverage', { team: 'shop' }, 0],
  ['sbom-coverage', { severity: 'critical' }, null], // a digest has no severity
  // invoices is late from 26 h to 48 h, of the 46 h since it is watched; images has seven days.
  ['incident-burn', { criticality: 'c0' }, 1 - 22 / 46],
  ['incident-burn', { criticality: 'c3' }, 1],
  ['incident-burn', { severity: 'high' }, 1],
  ['incident-burn', {}, 1 - (8 * 22) / (9 * 46)],
  ['miscorrelation', { team: 'shop' }, 1],
];

for (const [sli, filter, value] of cases) {
  test(`${sli} of ${JSON.stringify(filter)} is ${value === null ? 'unknown' : value.toPrecision(4)}`, () => {
    const report = stage.slis.get(sli, { filter });
    if (value === null) assert.equal(report?.value, null);
    else assert.ok(Math.abs((report?.value ?? Number.NaN) - value) < 1e-12, String(report?.value));
    const explained = stage.slis.explain(sli, { filter });
    assert.deepEqual(explained?.sli, report);
  });
}

test('there is to filter by what the assets have; those of exercises are asked for by their tenant', async () => {
  const owned = (name: string, context: object) => ({
    kind: 'asset' as const,
    asset: store(name),
    state: 'present' as const,
    atMs: T0,
    context,
  });
  const labelled = new Stage();
  await labelled.receive(0, 'inventory', [
    owned('invoices', { owner: 'payments', environment: 'prod' }),
    owned('images', { owner: 'shop' }),
    owned('thumbnails', { owner: 'shop', environment: 'prod' }),
    owned('attic', {}),
  ]);
  await labelled.receive(0, 'inventory', [owned('decoy', { owner: 'red', environment: 'range' })], { exercise: true });
  const teams = ['payments', 'shop', 'unowned'];
  assert.deepEqual(labelled.estate.labels({}), { tenant: ['default'], team: teams, environment: ['prod'] });
  assert.deepEqual(labelled.estate.labels({ tenant: 'other' }), { tenant: [], team: [], environment: [] });
  assert.deepEqual(labelled.estate.labels({ tenant: 'default,other' }).team, teams);
  const tenant = exerciseTenant('default');
  assert.deepEqual(labelled.estate.labels({ tenant }), { tenant: [tenant], team: ['red'], environment: ['range'] });
});

test('the worst of the exposed are those that explain lists, the longest first', () => {
  const { items = [] } = stage.slis.explain('incident-burn', { role: 'bad' }) ?? {};
  // invoices, late for 22 h.
  assert.deepEqual(
    items.map(({ team, duration_seconds }) => [team, duration_seconds]),
    [['payments', 22 * 3600]],
  );
  assert.deepEqual(stage.slis.worst('incident-burn', { limit: 5 }), items);
});

test('M10a: a tier of services has a budget of its own, and the incidents of its assets', async () => {
  const policy = SliConfig.parse({ incident_budget: { c0: 2, c1: 3, c2: 5, c3: 10 } });
  const tiers = new Stage({ policy });
  const owned = (name: string, criticality: 'c0' | 'c3') => ({
    kind: 'asset' as const,
    asset: store(name),
    state: 'present' as const,
    atMs: T0,
    context: { criticality },
  });
  await tiers.receive(0, 'inventory', [owned('invoices', 'c0'), owned('images', 'c3')]);
  await tiers.receive(HOUR, 'falco', [
    fail(HOUR, { asset: store('invoices'), detectorClass: 'runtime', severity: 'medium' }),
    fail(HOUR, { asset: store('images'), detectorClass: 'runtime', severity: 'medium' }),
  ]);
  const subjectOf = (name: string) => `${idOf(fail(0, { asset: store(name), detectorClass: 'runtime' }))}.1`;
  const declared = {
    kind: 'incident' as const,
    step: 'declared' as const,
    actor: { id: 'ana', kind: 'human' as const },
  };
  const atMs = T0 + 2 * HOUR;
  await tiers.declare(2 * HOUR, {
    ...declared,
    incidentId: 'a',
    severity: 'S3',
    subjectId: subjectOf('invoices'),
    atMs,
  });
  await tiers.declare(2 * HOUR, { ...declared, incidentId: 'b', severity: 'S2', subjectId: subjectOf('images'), atMs });
  await tiers.declare(2 * HOUR, { ...declared, incidentId: 'c', severity: 'S3', atMs });
  const budget = (criticality?: string) => {
    const companions = tiers.slis.get('incident-burn', { filter: criticality ? { criticality } : {} })?.companions;
    return [companions?.count_weight, companions?.count_budget];
  };
  assert.deepEqual(budget(), [5, 1 - 5 / 20]); // all of 2 + 3 + 5 + 10
  assert.deepEqual(budget('c0'), [1, 1 - 1 / 2]);
  assert.deepEqual(budget('c3'), [3, 1 - 3 / 10]);
  assert.deepEqual(budget('c0,c3'), [4, 1 - 4 / 12]);
  assert.deepEqual(budget('c1'), [0, 1]);
});
