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
const resource = { 'k8s.cluster.name': 'prod' };

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
