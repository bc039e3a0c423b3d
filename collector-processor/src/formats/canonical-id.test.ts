import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Envelope, Json, Observation } from '@cnapp-slo/model';
import {
  awsAsset,
  azureAsset,
  gcpAsset,
  imageAsset,
  imageDigest,
  kubernetesAsset,
  repositoryAsset,
  terraformAsset,
  workloadAsset,
} from './canonical-id.ts';
import { recognise } from './index.ts';

const envelope: Envelope = { resource: {}, attributes: {}, receivedMs: Date.UTC(2026, 5, 1) };
const AT = '2026-01-02T03:04:05Z';
const account = '111122223333';
const region = 'eu-west-1';

/** The ids of the assets that an input speaks of. */
function assetIds(input: Json, known: Envelope = envelope): string[] {
  const ids = recognise(input, known).observations.flatMap((item: Observation) =>
    item.kind === 'change'
      ? item.assets.map(({ id }) => id)
      : item.kind === 'finding' || item.kind === 'asset'
        ? [item.asset.id]
        : [],
  );
  return [...new Set(ids)];
}

const bucketSources: Record<string, Json> = {
  CloudTrail: {
    eventVersion: '1.09',
    eventID: '1',
    eventTime: AT,
    eventSource: 's3.amazonaws.com',
    eventName: 'PutBucketPolicy',
    awsRegion: region,
    recipientAccountId: account,
    requestParameters: { bucketName: 'data-prod' },
  },
  Prowler: {
    class_uid: 2004,
    metadata: { event_code: 's3_bucket_public_access', version: '1.4.0', product: { name: 'Prowler' } },
    status_code: 'FAIL',
    time: 1767323045,
    finding_info: { uid: 'x', title: 'x' },
    resources: [{ uid: 'arn:aws:s3:::data-prod', type: 'AwsS3Bucket', region }],
    cloud: { provider: 'aws', account: { uid: account } },
  },
  'Security Hub (ASFF)': {
    SchemaVersion: '2018-10-08',
    ProductArn: 'arn:aws:securityhub:eu-west-1::product/aws/securityhub',
    Id: 'x',
    GeneratorId: 'security-control/S3.8',
    AwsAccountId: account,
    UpdatedAt: AT,
    Compliance: { Status: 'FAILED' },
    Resources: [{ Type: 'AwsS3Bucket', Id: 'arn:aws:s3:::data-prod' }],
  },
  'Security Hub (OCSF)': {
    class_uid: 2003,
    metadata: { version: '1.6.0', product: { name: 'Security Hub' } },
    time: 1767323045000,
    compliance: { control: 'S3.8', status_id: 3 },
    finding_info: { uid: 'x' },
    resources: [{ uid: 'data-prod', type: 'AWS::S3::Bucket' }],
    cloud: { provider: 'AWS', account: { uid: account }, region },
  },
  Terraform: {
    format_version: '1.2',
    resource_drift: [
      {
        address: 'aws_s3_bucket.data',
        mode: 'managed',
        type: 'aws_s3_bucket',
        change: { actions: ['update'], before: { bucket: 'data-prod', id: 'data-prod' }, after: {} },
      },
    ],
  },
  "Terraform's bucket policy": {
    format_version: '1.2',
    resource_drift: [
      {
        address: 'aws_s3_bucket_policy.data',
        mode: 'managed',
        type: 'aws_s3_bucket_policy',
        change: { actions: ['update'], before: { bucket: 'data-prod', policy: 'x' }, after: { policy: 'y' } },
      },
    ],
  },
  Config: {
    messageType: 'ConfigurationItemChangeNotification',
    configurationItem: {
      configurationItemCaptureTime: AT,
      configurationItemStatus: 'OK',
      awsAccountId: account,
      awsRegion: region,
      resourceType: 'AWS::S3::Bucket',
      resourceId: 'data-prod',
    },
  },
  GuardDuty: {
    schemaVersion: '2.0',
    accountId: account,
    region,
    arn: 'arn:aws:guardduty:eu-west-1:1:detector/d/finding/f',
    type: 'Policy:S3/BucketAnonymousAccessGranted',
    severity: 8,
    title: 'x',
    updatedAt: AT,
    resource: { s3BucketDetails: [{ name: 'data-prod' }] },
    service: {},
  },
};

for (const [source, input] of Object.entries(bucketSources)) {
  test(`${source} names the bucket by the one canonical id`, () =>
    assert.deepEqual(assetIds(input), ['arn:aws:s3:::data-prod']));
}

const inCluster: Envelope = { ...envelope, resource: { 'k8s.cluster.name': 'prod' } };
const workloadSources: Record<string, Json> = {
  'the audit log': {
    apiVersion: 'audit.k8s.io/v1',
    kind: 'Event',
    auditID: '1',
    stage: 'ResponseComplete',
    verb: 'patch',
    objectRef: { resource: 'deployments', apiGroup: 'apps', namespace: 'shop', name: 'web' },
    responseStatus: { code: 200 },
    stageTimestamp: AT,
  },
  'a pod in the audit log': {
    apiVersion: 'audit.k8s.io/v1',
    kind: 'Event',
    auditID: '2',
    stage: 'ResponseComplete',
    verb: 'delete',
    objectRef: { resource: 'pods', apiVersion: 'v1', namespace: 'shop', name: 'web-6d4cf56db6-x7k2p' },
    responseStatus: { code: 200 },
    stageTimestamp: AT,
  },
  Falco: {
    rule: 'r',
    priority: 'Error',
    output: 'x',
    time: AT,
    output_fields: { 'k8s.ns.name': 'shop', 'k8s.pod.name': 'web-6d4cf56db6-x7k2p' },
  },
  'the trivy-operator': {
    apiVersion: 'aquasecurity.github.io/v1alpha1',
    kind: 'ConfigAuditReport',
    metadata: {
      labels: {
        'trivy-operator.resource.kind': 'ReplicaSet',
        'trivy-operator.resource.name': 'web-6d4cf56db6',
        'trivy-operator.resource.namespace': 'shop',
      },
    },
    report: { updateTimestamp: AT, checks: [{ checkID: 'KSV017', severity: 'HIGH', success: false, title: 'x' }] },
  },
  Kyverno: {
    apiVersion: 'wgpolicyk8s.io/v1alpha2',
    kind: 'PolicyReport',
    metadata: { name: 'u', namespace: 'shop' },
    scope: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', namespace: 'shop' },
    results: [{ policy: 'p', result: 'fail' }],
  },
  Kubescape: {
    summaryDetails: { controls: {} },
    generationTime: AT,
    results: [
      { resourceID: 'apps/v1/shop/Deployment/web', controls: [{ controlID: 'C-0057', status: { status: 'failed' } }] },
    ],
  },
  Tetragon: {
    process_kprobe: { policy_name: 'p', process: { pod: { namespace: 'shop', name: 'web-6d4cf56db6-x7k2p' } } },
    time: AT,
  },
  'Argo CD': {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name: 'shop' },
    status: {
      reconciledAt: AT,
      resources: [{ group: 'apps', kind: 'Deployment', namespace: 'shop', name: 'web', status: 'OutOfSync' }],
    },
  },
};

for (const [source, input] of Object.entries(workloadSources)) {
  test(`${source} names the workload by the one canonical id`, () =>
    assert.deepEqual(assetIds(input, inCluster), ['prod/apps/deployment/shop/web']));
}

const aws: [given: Parameters<typeof awsAsset>[0], id: string][] = [
  [{ id: 'arn:aws:s3:::data/a/b.txt' }, 'arn:aws:s3:::data'],
  [{ id: 'i-0123456789abcdef0', account, region }, `arn:aws:ec2:eu-west-1:${account}:instance/i-0123456789abcdef0`],
  [
    { id: 'sg-12345678', type: 'AwsEc2SecurityGroup', account, region },
    `arn:aws:ec2:eu-west-1:${account}:security-group/sg-12345678`,
  ],
  [{ id: `AWS::::Account:${account}` }, `arn:aws:iam::${account}:root`],
  [{ id: account, type: 'AWS::::Account' }, `arn:aws:iam::${account}:root`],
  [{ id: `arn:aws:sts::${account}:assumed-role/ci/session` }, `arn:aws:iam::${account}:role/ci`],
  [{ id: `arn:aws:lambda:eu-west-1:${account}:function:f:3` }, `arn:aws:lambda:eu-west-1:${account}:function:f`],
  [{ id: `https://sqs.eu-west-1.amazonaws.com/${account}/q` }, `arn:aws:sqs:eu-west-1:${account}:q`],
  [{ id: `arn:aws:ec2:eu-west-1:${account}:snapshot/snap-12345678` }, 'arn:aws:ec2:eu-west-1::snapshot/snap-12345678'],
  [
    { id: 'i-0123456789abcdef0', account, region: 'cn-north-1' },
    `arn:aws-cn:ec2:cn-north-1:${account}:instance/i-0123456789abcdef0`,
  ],
  [{ id: 'db-1', type: 'aws_db_instance', account, region }, `arn:aws:rds:eu-west-1:${account}:db:db-1`],
  [{ id: 'sg-12345678', account }, `aws:${account}:_:resource:sg-12345678`],
];
for (const [given, id] of aws) test(`${given.id} is ${id}`, () => assert.equal(awsAsset(given).id, id));

test('ARM ids are folded and cut back to the resource', () => {
  const id = '/subscriptions/s/resourcegroups/rg/providers/microsoft.compute/virtualmachines/vm1';
  assert.equal(azureAsset(`${id.toUpperCase()}/`).id, id);
  assert.equal(azureAsset(`${id}/providers/Microsoft.Security/assessments/1`).id, id);
});

test('Google names become full resource names', () => {
  const id = '//compute.googleapis.com/projects/p/zones/z/instances/i';
  assert.equal(gcpAsset('https://www.googleapis.com/compute/v1/projects/p/zones/z/instances/i').id, id);
  assert.equal(gcpAsset('projects/p/zones/z/instances/i', 'compute.googleapis.com').id, id);
  assert.equal(gcpAsset('projects/_/buckets/data').id, '//storage.googleapis.com/data');
});

test('generated names roll up to their controller, other names stay', () => {
  const object = (kind: string, name: string): string => workloadAsset({ cluster: 'c', kind, namespace: 'n', name }).id;
  assert.equal(object('Pod', 'web-6d4cf56db6-x7k2p'), 'c/apps/deployment/n/web');
  assert.equal(object('ReplicaSet', 'web-6d4cf56db6'), 'c/apps/deployment/n/web');
  assert.equal(object('Pod', 'backup-28912340-x7k2p'), 'c/batch/cronjob/n/backup');
  assert.equal(object('Pod', 'falco-xczjd'), 'c/apps/daemonset/n/falco');
  assert.equal(object('Pod', 'web-redis'), 'c/core/pod/n/web-redis');
  assert.equal(object('Pod', 'kube-apiserver-minikube'), 'c/core/pod/n/kube-apiserver-minikube');
  assert.equal(
    workloadAsset({ cluster: 'c', kind: 'Pod', namespace: 'n', name: 'db-0' }, { kind: 'StatefulSet', name: 'db' }).id,
    'c/apps/statefulset/n/db',
  );
});

test('plural, singular and capital kinds are one, and cluster-scoped kinds have no namespace', () => {
  const id = 'c/networking.k8s.io/networkpolicy/n/p';
  for (const kind of ['networkpolicies', 'NetworkPolicy', 'networkpolicy']) {
    assert.equal(kubernetesAsset({ cluster: 'c', kind, namespace: 'n', name: 'p' }).id, id);
  }
  assert.equal(kubernetesAsset({ cluster: 'c', kind: 'nodes', namespace: 'n', name: 'x' }).id, 'c/core/node/_/x');
});

test('images lose tag and digest and gain their registry', () => {
  for (const name of [
    'nginx',
    'nginx:1.25',
    'docker.io/library/nginx',
    'index.docker.io/library/nginx@sha256:aa',
    'docker-pullable://nginx',
  ]) {
    assert.equal(imageAsset(name).id, 'docker.io/library/nginx');
  }
  assert.equal(imageAsset('localhost:5000/a/b:1').id, 'localhost:5000/a/b');
  assert.equal(imageDigest(`pkg:oci/web@sha256%3A${'a'.repeat(64)}`), `sha256:${'a'.repeat(64)}`);
});

test('repositories have one URL', () => {
  for (const name of [
    'acme/shop',
    'https://GitHub.com/acme/shop.git',
    'git@github.com:acme/shop.git',
    'git+https://github.com/acme/shop',
  ]) {
    assert.equal(repositoryAsset(name).id, 'https://github.com/acme/shop');
  }
});

test('a Terraform resource without a cloud id keeps its address', () => {
  assert.equal(terraformAsset('null_resource', 'null_resource.x', {}, envelope).id, 'terraform:null_resource.x');
  assert.equal(
    terraformAsset(
      'kubernetes_deployment_v1',
      'kubernetes_deployment_v1.web',
      { metadata: [{ name: 'web', namespace: 'shop' }] },
      inCluster,
    ).id,
    'prod/apps/deployment/shop/web',
  );
});
