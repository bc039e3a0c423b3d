import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Asset, Finding } from '@cnapp-slo/model';
import { type Intelligence, NO_LISTS } from './intelligence.ts';
import { riskOf } from './risk.ts';
import { decide } from './ssvc.ts';
import type { RiskSubject } from './subject.ts';

const REF = { id: 'prod/apps/deployment/shop/checkout', kind: 'deployment', provider: 'kubernetes' as const };

function vulnerability(more: Partial<Finding> = {}): Finding {
  return {
    id: 'f_1',
    tenant: 'default',
    detector: 'trivy',
    detectorClass: 'vulnerability',
    rule: 'CVE-2024-3094',
    title: 'xz: malicious code',
    asset: REF,
    severity: 'critical',
    lastVerdict: 'fail',
    lastSeenMs: 0,
    links: [],
    ...more,
  };
}

function asset(context: Asset['context']): Asset {
  return { ref: REF, tenant: 'default', context, team: 'shop', criticality: 'c2', firstSeenMs: 0, lastSeenMs: 0 };
}

function subject(more: Partial<RiskSubject> = {}): RiskSubject {
  const exposure = { value: null, reason: 'unknown' };
  return { finding: vulnerability(), asset: undefined, exposure, attackedBy: null, around: [], ...more };
}

const LISTS = (isListed: boolean | null, epss: number | null): Intelligence => ({
  isKnownExploited: () => isListed,
  epss: () => epss,
});
const INTERNET = { value: 'internet' as const, reason: 'behind an ingress' };
/** Automatable, total impact. */
const OPEN_VECTOR = { cvss_vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H' };

/** Rows of cisa_coordinator_2_0_3.csv, by their number there. */
for (const [row, inputs, want] of [
  [5, ['none', 'no', 'total', 'high'], 'track*'],
  [8, ['none', 'yes', 'partial', 'high'], 'attend'],
  [14, ['public poc', 'no', 'partial', 'high'], 'track*'],
  [22, ['public poc', 'yes', 'total', 'medium'], 'track*'],
  [24, ['active', 'no', 'partial', 'low'], 'track'],
  [29, ['active', 'no', 'total', 'high'], 'act'],
  [33, ['active', 'yes', 'total', 'low'], 'attend'],
  [34, ['active', 'yes', 'total', 'medium'], 'act'],
] as const) {
  test(`SSVC row ${row}: ${inputs.join(', ')} is ${want}`, () => {
    const [exploitation, automatable, technical_impact, mission] = inputs;
    assert.deepEqual(decide({ exploitation, automatable, technical_impact, mission }), { least: want, most: want });
  });
}

test('an unknown input leaves a range of decisions, and guesses nothing', () => {
  // active, yes, total: attend, act, act by mission.
  assert.deepEqual(decide({ exploitation: 'active', automatable: 'yes', technical_impact: 'total', mission: null }), {
    least: 'attend',
    most: 'act',
  });
  assert.deepEqual(decide({ exploitation: null, automatable: null, technical_impact: null, mission: null }), {
    least: 'track',
    most: 'act',
  });
});

test('nothing known but the severity: 35 points, and up to all of the others', () => {
  const risk = riskOf(subject(), NO_LISTS);
  assert.deepEqual(
    risk.factors.map(({ name, value, points, points_max }) => [name, value, points, points_max]),
    [
      ['severity', 'critical', 35, 35],
      ['criticality', null, 0, 20],
      ['exposure', null, 0, 20],
      ['exploitation', null, 0, 25],
    ],
  );
  assert.deepEqual([risk.score, risk.score_max, risk.decision, risk.decision_worst], [35, 100, 'track', 'act']);
  assert.equal(risk.decision_by, 'cisa_ssvc_partial');
});

test('everything known: CISA’s decision, and the sum of the factors', () => {
  const risk = riskOf(
    subject({
      finding: vulnerability({ evidence: OPEN_VECTOR }),
      asset: asset({ criticality: 'c1' }),
      exposure: INTERNET,
    }),
    LISTS(true, null),
  );
  // 35 severity + 14 criticality + 20 exposure + 25 exploited + 10 for exposed and exploited = 104, at most 100.
  assert.deepEqual([risk.score, risk.score_max], [100, 100]);
  // Row 34: active, yes, total, medium.
  assert.deepEqual([risk.decision, risk.decision_worst, risk.decision_by], ['act', 'act', 'cisa_ssvc']);
  assert.deepEqual(
    risk.combinations.map(({ name }) => name),
    ['exposed_and_exploited'],
  );
});

test('EPSS weighs by its probability, and leaves the SSVC input unknown', () => {
  const risk = riskOf(subject(), LISTS(false, 0.4));
  assert.equal(risk.factors.find(({ name }) => name === 'exploitation')?.points, 10); // 25 · 0.4
  assert.equal(risk.inputs.exploitation, null);
});

test('an attack makes a weakness something to act on, whatever else is unknown', () => {
  const attack = vulnerability({
    id: 'f_2',
    detector: 'falco',
    detectorClass: 'runtime',
    title: 'Outbound connection',
  });
  const risk = riskOf(subject({ finding: vulnerability({ severity: 'medium' }), attackedBy: attack }), NO_LISTS);
  assert.deepEqual(
    [risk.decision, risk.combinations],
    ['act', [{ name: 'attack_on_weakness', reason: 'under attack: Outbound connection' }]],
  );
});

test('a vulnerable workload that can act as an over-privileged role', () => {
  const role = vulnerability({
    id: 'f_3',
    detectorClass: 'identity_config',
    title: 'Role has AdministratorAccess',
    asset: { id: 'arn:aws:iam::111122223333:role/checkout', kind: 'iam_role', provider: 'aws' },
  });
  const risk = riskOf(subject({ around: [{ finding: role, via: 'assumes_role' }] }), NO_LISTS);
  assert.deepEqual(risk.combinations, [
    {
      name: 'vulnerable_with_privileges',
      reason: 'it can act as arn:aws:iam::111122223333:role/checkout: Role has AdministratorAccess',
    },
  ]);
  assert.equal(risk.decision, 'attend');
});

test('public storage of sensitive data', () => {
  const finding = vulnerability({ detectorClass: 'posture', rule: 's3_bucket_public_access' });
  const risk = riskOf(subject({ finding, asset: asset({ dataClass: 'restricted' }), exposure: INTERNET }), NO_LISTS);
  assert.deepEqual(
    [risk.decision_by, risk.decision, risk.combinations[0]?.name],
    ['derived', 'attend', 'exposed_sensitive_data'],
  );
});
