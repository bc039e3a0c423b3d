import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AssetContext, AssetObservation, AssetRef, FindingObservation } from '@cnapp-slo/model';
import { DEFAULT_EPISODE_POLICY } from '@cnapp-slo/model';
import { SqliteStore } from '../storage/sqlite/store.ts';
import { Draft } from './draft.ts';
import { Estate } from './estate.ts';
import { assetKey, factOf, type Ledgered } from './facts.ts';

const T0 = Date.parse('2026-10-01T00:00:00Z');
const HOUR = 3600_000;
const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;
const IMAGE: AssetRef = { id: 'registry.example.com/shop/checkout', kind: 'image', provider: 'oci' };
const workload = (name: string): AssetRef => ({
  id: `prod/apps/deployment/shop/${name}`,
  kind: 'deployment',
  provider: 'kubernetes',
});

function weakness(rule: string, of: string, hour: number): FindingObservation {
  return {
    kind: 'finding',
    detector: 'trivy',
    detectorClass: 'vulnerability',
    rule,
    title: rule,
    asset: IMAGE,
    verdict: 'fail',
    severity: 'critical',
    atMs: T0 + hour * HOUR,
    scope: 'registry',
    evidence: { digest: digest(of) },
  };
}

function attack(on: string, hour: number): FindingObservation {
  return {
    ...weakness('Outbound connection', '', hour),
    detector: 'falco',
    detectorClass: 'runtime',
    asset: workload(on),
    evidence: {},
  };
}

function runs(name: string, of: string, hour: number, context: AssetContext = {}): AssetObservation {
  const relations = [{ rel: 'runs_image' as const, to: `${IMAGE.id}@${digest(of)}` }];
  return { kind: 'asset', asset: workload(name), state: 'present', atMs: T0 + hour * HOUR, relations, context };
}

/** A year of clean scans comes first, so that nothing is backlog. */
function estateOf(told: readonly Ledgered[]): Estate {
  const store = new SqliteStore(':memory:');
  const estate = new Estate(DEFAULT_EPISODE_POLICY);
  const draft = new Draft(estate, store, () => false);
  const settings = { tenant: 'default', recvMs: T0 + 400 * HOUR, backfill: false, exercise: false };
  const source = { id: 'test', format: 'test', scope: 'test' };
  const clean: FindingObservation = { ...weakness('CVE-0', 'f', -9000), verdict: 'pass' };
  store.transaction(() => {
    for (const body of [clean, ...told]) draft.take(factOf(body, { ...settings, source }));
    draft.finish();
  });
  draft.apply();
  store.close();
  return estate;
}

/** The rules and assets of each incident. */
function incidentsOf(told: readonly Ledgered[]): string[][] {
  const named = estateOf(told)
    .incidents.all()
    .map(({ members }) =>
      members.map(({ finding }) => `${finding.rule} on ${finding.asset.id.split('/').at(-1)}`).sort(),
    );
  return named.sort((a, b) => (String(a) < String(b) ? -1 : 1));
}

test('what ran the digest when it was attacked is a neighbour of what was scanned', () => {
  assert.deepEqual(incidentsOf([weakness('CVE-1', 'a', 1), runs('checkout', 'a', 2), attack('checkout', 3)]), [
    ['CVE-1 on checkout', 'Outbound connection on checkout'],
  ]);
});

test('a rollout before the attack leaves the weakness of the former image out', () => {
  const rolledOut = [runs('checkout', 'a', 2), runs('checkout', 'b', 5), runs('checkout', 'b', 100)];
  assert.deepEqual(incidentsOf([weakness('CVE-1', 'a', 1), ...rolledOut, attack('checkout', 90)]), [
    ['CVE-1 on checkout'],
    ['Outbound connection on checkout'],
  ]);
  // Within a day of the last sight it may still have been the former one.
  assert.equal(incidentsOf([weakness('CVE-1', 'a', 1), ...rolledOut, attack('checkout', 20)]).length, 1);
});

test('attacks on two workloads of one image within a day are one campaign', () => {
  const told = [runs('checkout', 'a', 1), runs('basket', 'a', 1), attack('checkout', 2), attack('basket', 2.5)];
  assert.deepEqual(incidentsOf(told), [['Outbound connection on basket', 'Outbound connection on checkout']]);
  const apart = [runs('checkout', 'a', 1), runs('basket', 'b', 1), attack('checkout', 2), attack('basket', 2.5)];
  assert.equal(incidentsOf(apart).length, 2);
});

test('a scan that finds a thousand things in an image is one incident', () => {
  const scan = Array.from({ length: 1000 }, (_, at) => weakness(`CVE-${at + 1}`, 'a', 1));
  const [incident, ...others] = incidentsOf(scan);
  assert.deepEqual([incident?.length, others], [1000, []]);
});

test('who owns two things joins nothing', () => {
  const team: AssetObservation = {
    kind: 'asset',
    asset: { id: 'backstage:group:default/shop', kind: 'group', provider: 'other' },
    state: 'present',
    atMs: T0,
    relations: ['checkout', 'basket'].map((name) => ({ rel: 'owns', to: workload(name).id })),
  };
  assert.equal(incidentsOf([team, attack('checkout', 2), attack('basket', 2.5)]).length, 2);
});

const shop = { owner: 'shop', criticality: 'c1' } as const;
const payments = { owner: 'payments', criticality: 'c0' } as const;
for (const [name, told, want] of [
  ['nothing runs it', [], 'unowned'],
  ['what runs it has no owner', [runs('cart', 'a', 1)], 'unowned'],
  ['one workload runs it', [runs('cart', 'a', 1, shop)], 'shop'],
  ['another digest is run', [runs('cart', 'b', 1, shop)], 'unowned'],
  ['the more critical workload', [runs('cart', 'a', 1, shop), runs('checkout', 'a', 2, payments)], 'payments'],
  [
    'of two as critical, the one that ran it first',
    [runs('a', 'a', 2, { owner: 'late' }), runs('b', 'a', 1, { owner: 'early' })],
    'early',
  ],
  [
    'who runs it before who runs something else by now',
    [runs('cart', 'a', 1, shop), runs('checkout', 'a', 1, payments), runs('checkout', 'b', 2, payments)],
    'shop',
  ],
  [
    'where none does any more, the last that did',
    [
      runs('cart', 'a', 3, shop),
      runs('cart', 'b', 4, shop),
      runs('checkout', 'a', 1, payments),
      runs('checkout', 'b', 2, payments),
    ],
    'shop',
  ],
  [
    'an owner of the image itself',
    [
      runs('cart', 'a', 1, shop),
      { kind: 'asset', asset: IMAGE, state: 'present', atMs: T0, context: { owner: 'platform' } },
    ],
    'platform',
  ],
] as const satisfies [string, Ledgered[], string][]) {
  test(`whose a weakness in an image is: ${name}`, () => {
    for (const order of [told, told.toReversed()]) {
      const estate = estateOf([...order, weakness('CVE-1', 'a', 1)]);
      const asset = estate.assets.get(assetKey('default', IMAGE.id))?.asset;
      const found = [...estate.findings.values()].find(({ finding }) => finding.rule === 'CVE-1');
      assert.equal(found && estate.incidents.teamOf(found.finding, asset), want);
    }
  });
}

test('an attack on what nobody owns is not of who runs the same image elsewhere', () => {
  const estate = estateOf([
    runs('cart', 'a', 1, shop),
    runs('checkout', 'a', 1),
    { ...attack('checkout', 2), evidence: { digest: digest('a') } },
  ]);
  const [incident] = estate.incidents.all();
  const [member] = incident?.members ?? [];
  assert.equal(member && estate.incidents.teamOf(member.finding, member.asset), 'unowned');
});
