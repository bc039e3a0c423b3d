import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { AssetRef, SliFilter } from '@cnapp-slo/model';
import { change, DAY, fail, HOUR, MINUTE, Stage, T0, workload } from './test-stage.ts';

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
