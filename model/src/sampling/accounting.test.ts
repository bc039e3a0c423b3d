import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Observation } from '../domain/observation.ts';
import { costOf, costPerAlert } from './cost.ts';
import { eventClassOf, NEVER_DROP } from './event-class.ts';
import { type TierFacts, tierOf } from './tier.ts';
import { allot, volumesBy } from './volume.ts';

const NOW = Date.parse('2026-10-01T12:00:00Z');
const activity = (action: string): Observation => ({ kind: 'activity', action, atMs: NOW });
const change = (action: string): Observation => ({
  kind: 'change',
  nativeId: 'e',
  changeKind: 'api',
  action,
  atMs: NOW,
  assets: [],
  actor: { id: 'dev', kind: 'human' },
  outcome: 'success',
});

for (const [format, observations, eventClass] of [
  ['cloudtrail', [change('aws:iam:CreateUser')], 'iam_write'],
  ['cloudtrail', [change('aws:s3:PutBucketPolicy')], 'cloud_write'],
  ['cloudtrail', [change('aws:signin:ConsoleLogin')], 'authentication'],
  ['cloudtrail', [activity('aws:sts:AssumeRole')], 'authentication'],
  ['cloudtrail', [activity('aws:s3:GetObject')], 'audit_read'],
  ['k8s-audit', [change('k8s:rbac.authorization.k8s.io:create:clusterrolebindings')], 'k8s_write'],
  ['okta', [change('okta:group.user_membership.add')], 'iam_write'],
  ['notify-slack', [], 'response_audit'],
  ['vpc-flow', [activity('vpc:flow')], 'network'],
  ['tetragon', [activity('process:exec')], 'process'],
  ['otlp-traces', [], 'span'],
  ['other', [], 'log'],
] as [string, Observation[], string][]) {
  test(`${format}: ${observations.map((one) => ('action' in one ? one.action : one.kind)).join() || 'nothing observed'} is ${eventClass}`, () => {
    assert.equal(eventClassOf(format, observations), eventClass);
  });
}

test('of several, what must be kept decides; an exercise is a canary', () => {
  assert.equal(eventClassOf('cloudtrail', [activity('aws:s3:GetObject'), change('aws:iam:CreateUser')]), 'iam_write');
  assert.equal(eventClassOf('falco', [], true), 'canary');
  assert.equal(NEVER_DROP.has('audit_read'), false);
});

const ORDINARY: TierFacts = {
  criticality: 'c3',
  dataClass: null,
  exposure: null,
  isKnownExploited: false,
  hasOpenIncident: false,
  promotion: null,
};

for (const [tier, reasons, more] of [
  ['T3', ['criticality c3'], {}],
  ['T2', ['criticality unknown'], { criticality: null }],
  ['T1', ['reachable from the internet', 'criticality c3'], { exposure: 'internet' }],
  ['T1', ['known exploited finding', 'criticality c3'], { isKnownExploited: true }],
  [
    'T0',
    ['known exploited finding, reachable from the internet', 'reachable from the internet', 'criticality c3'],
    { isKnownExploited: true, exposure: 'internet' },
  ],
  ['T0', ['restricted data', 'criticality c1'], { criticality: 'c1', dataClass: 'restricted' }],
  ['T0', ['open incident', 'criticality c3'], { hasOpenIncident: true }],
  ['T0', ['promoted: analyst', 'criticality c3'], { promotion: { untilMs: NOW + 1, reason: 'analyst' } }],
  ['T3', ['criticality c3'], { promotion: { untilMs: NOW, reason: 'analyst' } }],
] as [string, string[], Partial<TierFacts>][]) {
  test(`${tier}: ${reasons[0]}`, () => {
    assert.deepEqual(tierOf({ ...ORDINARY, ...more }, NOW), { tier, reasons });
  });
}

test('bytes are shared by weight, and none is lost', () => {
  assert.deepEqual(allot(10, [1, 1, 1]), [3, 3, 4]);
  assert.deepEqual(allot(100, [3, 1]), [75, 25]);
  assert.deepEqual(allot(7, [0, 0]), [3, 4]);
  assert.deepEqual(allot(0, []), []);
});

test('volumes by tier, the most bytes first', () => {
  const row = { day: 1, tenant: 'default', source: 's', assetClass: null, eventClass: 'log' } as const;
  const rows = [
    { ...row, tier: 'T0', events: 1, bytes: 10 },
    { ...row, tier: null, events: 2, bytes: 50 },
    { ...row, tier: 'T0', events: 3, bytes: 30 },
  ] as const;
  assert.deepEqual(volumesBy(rows, 'tier'), [
    ['unknown', { events: 2, bytes: 50 }],
    ['T0', { events: 4, bytes: 40 }],
  ]);
});

test('10 GB at 0.50 and three months at 0.10 a GB cost 8; four alerts, none of them true', () => {
  const prices = { ingestPerGb: 0.5, storedPerGbMonth: 0.1, retentionMonths: 3 };
  assert.equal(costOf(10e9, prices), 8);
  assert.deepEqual(costPerAlert({ bytes: 10e9 }, { all: 4, confirmed: 0 }, prices), {
    perAlert: 2,
    perTrueAlert: null,
  });
});
