import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Json } from '@cnapp-slo/model';
import { temporaryFolder } from '../../../tests/servers/process.ts';
import { recognise } from '../formats/index.ts';
import type { EstateRules } from '../pipeline/estate.ts';
import type { Ledgered } from '../pipeline/facts.ts';
import { canCause } from '../policy/capabilities/index.ts';
import { PolicyBook } from '../policy/engine/policy-book.ts';
import { HOUR, MINUTE, Stage, T0 } from './test-stage.ts';

/** Vector 11 from the raw telemetry: a HorizontalPodAutoscaler, the API server's audit log and Argo CD's comparison, through the real processor. */
const HPA = 'system:serviceaccount:kube-system:horizontal-pod-autoscaler';
const resource = { 'k8s.cluster.name': 'prod', 'cloud.account.id': '111122223333', 'cloud.region': 'eu-central-1' };

function read(at: number, doc: Json): Ledgered[] {
  const { observations, rejections } = recognise(doc, { resource, attributes: {}, receivedMs: T0 + at });
  assert.deepEqual(rejections, []);
  return observations.filter((observation) => observation.kind !== 'activity');
}

const iso = (at: number): string => new Date(T0 + at).toISOString();

const autoscaler = (name: string, max: number): Json => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name, namespace: 'shop' },
  spec: {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
    minReplicas: 3,
    maxReplicas: max,
  },
});

const scaled = (at: number, name: string, username: string, replicas: number): Json => ({
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Event',
  auditID: `${name}-${at}-${username}`,
  stage: 'ResponseComplete',
  verb: 'patch',
  stageTimestamp: iso(at),
  user: { username },
  objectRef: { apiGroup: 'apps', resource: 'deployments', subresource: 'scale', namespace: 'shop', name },
  responseStatus: { code: 200 },
  requestObject: { spec: { replicas } },
});

const compared = (at: number, status: Record<string, string>): Json => ({
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Application',
  metadata: { name: 'shop', namespace: 'argocd' },
  spec: { destination: { namespace: 'shop' } },
  status: {
    reconciledAt: iso(at),
    sync: { status: 'OutOfSync' },
    resources: Object.entries(status).map(([name, state]) => ({
      group: 'apps',
      kind: 'Deployment',
      namespace: 'shop',
      name,
      status: state,
    })),
  },
});

async function stageOf(
  steps: readonly (readonly [at: number, format: string, doc: Json])[],
  rules?: EstateRules,
): Promise<Stage> {
  const stage = new Stage({ canCause, ...(rules && { rules }) });
  for (const [at, format, doc] of steps) await stage.receive(at, format, read(at, doc));
  stage.now = T0 + 2 * HOUR;
  return stage;
}

const driftOf = (stage: Stage) => {
  const report = stage.slis.get('drift-rate');
  return [report?.good, report?.bad, report?.excluded];
};

test('(11) an autoscaler within its bounds is expected, kubectl is drift', async () => {
  const stage = await stageOf([
    [0, 'inventory-kubernetes-lists', autoscaler('web', 10)],
    [0, 'inventory-kubernetes-lists', autoscaler('api', 10)],
    [MINUTE, 'argocd', compared(0, { web: 'Synced', api: 'Synced' })],
    [30 * MINUTE, 'k8s-audit', scaled(30 * MINUTE, 'web', HPA, 9)],
    [30 * MINUTE, 'k8s-audit', scaled(30 * MINUTE, 'api', 'kubernetes-admin', 9)],
    [HOUR, 'argocd', compared(HOUR, { web: 'OutOfSync', api: 'OutOfSync' })],
  ]);
  // Two hours of two deployments; the second hour of the one that a person scaled is drift.
  assert.deepEqual(driftOf(stage), [3 * 3600, 3600, { autoscaler: 1 }]);
  const open = stage.estate.findings({ state: 'open' }).items;
  assert.deepEqual(
    open.map(({ asset_id }) => asset_id),
    ['prod/apps/deployment/shop/api'],
  );
});

test('beyond its bounds an autoscaler drifts, and without bounds as well', async () => {
  const stage = await stageOf([
    [0, 'inventory-kubernetes-lists', autoscaler('web', 8)],
    [MINUTE, 'argocd', compared(0, { web: 'Synced', api: 'Synced' })],
    [30 * MINUTE, 'k8s-audit', scaled(30 * MINUTE, 'web', HPA, 9)],
    [30 * MINUTE, 'k8s-audit', scaled(30 * MINUTE, 'api', HPA, 9)],
    [HOUR, 'argocd', compared(HOUR, { web: 'OutOfSync', api: 'OutOfSync' })],
  ]);
  assert.deepEqual(driftOf(stage), [2 * 3600, 2 * 3600, {}]);
});

test('a person who wrote after the autoscaler drifts, and one who wrote before it since the last agreement, too', async () => {
  for (const minutes of [20, 40]) {
    const stage = await stageOf([
      [0, 'inventory-kubernetes-lists', autoscaler('web', 10)],
      [MINUTE, 'argocd', compared(0, { web: 'Synced' })],
      [30 * MINUTE, 'k8s-audit', scaled(30 * MINUTE, 'web', HPA, 9)],
      [50 * MINUTE, 'k8s-audit', scaled(minutes * MINUTE, 'web', 'kubernetes-admin', 5)],
      [HOUR, 'argocd', compared(HOUR, { web: 'OutOfSync' })],
    ]);
    assert.deepEqual(driftOf(stage), [3600, 3600, {}]);
  }
});

test('the order of arrival does not matter: audit log and bounds may come after the comparison', async () => {
  const stage = await stageOf([
    [MINUTE, 'argocd', compared(0, { web: 'Synced' })],
    [HOUR, 'argocd', compared(HOUR, { web: 'OutOfSync' })],
    [HOUR + MINUTE, 'k8s-audit', scaled(30 * MINUTE, 'web', HPA, 9)],
    [HOUR + 2 * MINUTE, 'inventory-kubernetes-lists', autoscaler('web', 10)],
  ]);
  assert.deepEqual(driftOf(stage), [2 * 3600, 0, { autoscaler: 1 }]);
  assert.deepEqual(stage.estate.findings({ state: 'open' }).items, []);
});

test('an ignore rule makes drift expected until it expires, says whose word it is, and counts what it hid', async () => {
  const folder = temporaryFolder('policies');
  const path = join(folder.path, 'drift.yaml');
  // Expires half an hour into the drift.
  writeFileSync(
    path,
    `apiVersion: cnapp-slo.dev/v1
kind: Policy
metadata: { name: migration, version: 1, owner: platform }
spec:
  mode: warn
  over: finding
  when: finding.detector_class == 'drift' && asset.name == 'web'
  effect: { ignore: { reason: moved by hand this week, expires: '${iso(90 * MINUTE)}' } }
examples:
  - { name: web, given: { finding: { detector_class: drift }, asset: { name: web } }, want: true }
  - { name: api, given: { finding: { detector_class: drift }, asset: { name: api } }, want: false }
`,
  );
  try {
    const counted: string[] = [];
    const rules = new PolicyBook({
      path,
      now: () => T0,
      counted: (policy, _mode, outcome) => counted.push(`${policy} ${outcome}`),
      reloaded: () => {},
    });
    const stage = await stageOf(
      [
        [MINUTE, 'argocd', compared(0, { web: 'Synced', api: 'Synced' })],
        [HOUR, 'argocd', compared(HOUR, { web: 'OutOfSync', api: 'OutOfSync' })],
      ],
      rules,
    );
    // Of the second hour: web's first half is hidden, its second half and all of api's drift.
    assert.deepEqual(driftOf(stage), [2.5 * 3600, 1.5 * 3600, { 'ignored:migration': 1 }]);
    assert.ok(counted.includes('migration match') && counted.includes('migration no_match'));
    const [hidden] = stage.slis.explain('drift-rate', { role: 'excluded' })?.items ?? [];
    assert.deepEqual([hidden?.reason, hidden?.duration_seconds], ['ignored:migration', 1800]);
  } finally {
    folder.remove();
  }
});

const INSTANCES = ['i-0aaaaaaaaaaaaaaaa', 'i-0bbbbbbbbbbbbbbbb'];
const ALICE = 'arn:aws:iam::111122223333:user/alice';

/** Of a group that scales them. */
const listed = (id: string): Json => ({
  version: '1.3',
  accountId: '111122223333',
  configurationItemCaptureTime: iso(0),
  configurationItemStatus: 'OK',
  arn: `arn:aws:ec2:eu-central-1:111122223333:instance/${id}`,
  resourceType: 'AWS::EC2::Instance',
  resourceId: id,
  awsRegion: 'eu-central-1',
  tags: { 'aws:autoscaling:groupName': 'web' },
  configuration: {},
});

const modified = (at: number, id: string, userIdentity: Json): Json => ({
  eventVersion: '1.08',
  userIdentity,
  eventTime: iso(at),
  eventSource: 'ec2.amazonaws.com',
  eventName: 'ModifyInstanceAttribute',
  awsRegion: 'eu-central-1',
  recipientAccountId: '111122223333',
  eventID: `${id}-${at}`,
  readOnly: false,
  eventType: 'AwsApiCall',
  requestParameters: { instanceId: id, instanceType: { value: 'm5.large' } },
  responseElements: { _return: true },
});

const differing = (at: number): Json => ({
  summary: { total_resources: 2, total_changed: 2, total_unmanaged: 0, total_missing: 0, total_managed: 2 },
  managed: INSTANCES.map((id) => ({ id, type: 'aws_instance' })),
  unmanaged: null,
  missing: null,
  differences: INSTANCES.map((id) => ({
    res: { id, type: 'aws_instance' },
    changelog: [{ type: 'update', path: ['instance_type'], from: 't3.large', to: 'm5.large', computed: false }],
  })),
  coverage: 100,
  alerts: null,
  date: iso(at),
});

test('drift says who wrote since, and the example policy silences an autoscaler alone, never a person', async () => {
  const path = join(import.meta.dirname, '../../../examples/policies/automation.yaml');
  const rules = new PolicyBook({ path, now: () => T0, counted: () => {}, reloaded: () => {} });
  const [scaledOnly = '', touched = ''] = INSTANCES;
  const group = { type: 'AWSService', invokedBy: 'autoscaling.amazonaws.com' };
  const alice = { type: 'IAMUser', arn: ALICE, accountId: '111122223333', userName: 'alice' };
  const stage = await stageOf(
    [
      ...INSTANCES.map((id) => [0, 'inventory-aws-config', listed(id)] as const),
      [MINUTE, 'cloudtrail', modified(MINUTE, scaledOnly, group)],
      [HOUR, 'driftctl', differing(HOUR)],
      [HOUR + MINUTE, 'cloudtrail', modified(2 * MINUTE, touched, group)],
      [HOUR + 2 * MINUTE, 'cloudtrail', modified(3 * MINUTE, touched, alice)],
    ],
    rules,
  );
  const told = stage.estate.findings({ state: 'open' }).items.map(({ id }) => stage.estate.finding(id));
  assert.deepEqual(
    told.map((one) => [one?.asset_id.slice(-4), one?.evidence?.changed_by, one?.suppressed?.policy ?? null]).sort(),
    [
      ['aaaa', 'autoscaling.amazonaws.com', 'autoscaled-size-is-no-news'],
      ['bbbb', ALICE, null],
    ],
  );
});
