import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AssetRef, ChangeObservation } from '@cnapp-slo/model';
import { isExpectedDrift } from './expected-drift.ts';
import { canCause } from './index.ts';

const bucket: AssetRef = { id: 'arn:aws:s3:::data', kind: 's3_bucket', provider: 'aws' };
const group: AssetRef = {
  id: 'arn:aws:ec2:eu-west-1:1:security-group/sg-1',
  kind: 'ec2_security_group',
  provider: 'aws',
};
const database: AssetRef = { id: 'arn:aws:rds:eu-west-1:1:db:d', kind: 'rds_db', provider: 'aws' };
const web: AssetRef = { id: 'c/apps/deployment/ns/web', kind: 'deployment', provider: 'kubernetes' };
const account: AssetRef = { id: 'arn:aws:iam::1:root', kind: 'account', provider: 'aws', account: '1' };
const trail: AssetRef = {
  id: 'arn:aws:cloudtrail:eu-west-1:1:trail/t',
  kind: 'cloudtrail_trail',
  provider: 'aws',
  account: '1',
};
const repository: AssetRef = { id: 'https://github.com/o/r', kind: 'repository', provider: 'github' };

function changed(action: string, asset: AssetRef, more: Partial<ChangeObservation> = {}): ChangeObservation {
  return {
    kind: 'change',
    nativeId: '1',
    changeKind: 'api',
    action,
    atMs: 0,
    assets: [asset],
    actor: { id: 'a', kind: 'human' },
    outcome: 'success',
    ...more,
  };
}

const table: [rule: string, asset: AssetRef, change: ChangeObservation, can: boolean][] = [
  ['s3_bucket_public_access', bucket, changed('aws:s3:PutBucketPolicy', bucket), true],
  ['s3_bucket_public_access', bucket, changed('aws:s3:PutBucketTagging', bucket), false],
  ['s3_bucket_public_access', bucket, changed('aws:s3:PutBucketLogging', bucket), false],
  ['s3_bucket_public_access', bucket, changed('aws:s3:PutBucketPolicy', bucket, { outcome: 'failure' }), false],
  [
    's3_bucket_public_access',
    bucket,
    changed('aws:s3:PutBucketPolicy', { ...bucket, id: 'arn:aws:s3:::other' }),
    false,
  ],
  [
    's3_bucket_public_access',
    bucket,
    changed('terraform:aws_s3_bucket_policy:update', bucket, { changeKind: 'apply' }),
    true,
  ],
  [
    's3_bucket_public_access',
    bucket,
    changed('terraform:aws_s3_bucket:update', bucket, { changeKind: 'apply', fields: ['tags'] }),
    false,
  ],
  ['S3.8', bucket, changed('aws:s3:DeleteBucketPublicAccessBlock', bucket), true],
  ['S3.1', bucket, changed('aws:s3:PutBucketPolicy', bucket), false],
  ['S3.2', bucket, changed('aws:s3:PutBucketAcl', bucket), true],
  ['S3.14', bucket, changed('aws:s3:PutBucketVersioning', bucket), true],
  ['CKV_AWS_18', bucket, changed('aws:s3:PutBucketLogging', bucket), true],
  ['s3-bucket-public-read-prohibited', bucket, changed('aws:s3:PutBucketAcl', bucket), true],
  ['s3_bucket_public_access', bucket, changed('aws:s3:CreateBucket', bucket), true],
  ['s3_some_future_check', bucket, changed('aws:s3:PutBucketPolicy', bucket), false],
  ['s3_some_future_check', bucket, changed('aws:s3:CreateBucket', bucket), true],
  [
    'ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_22',
    group,
    changed('aws:ec2:AuthorizeSecurityGroupIngress', group),
    true,
  ],
  ['EC2.19', group, changed('aws:ec2:AuthorizeSecurityGroupIngress', group), true],
  ['EC2.13', group, changed('aws:ec2:AuthorizeSecurityGroupEgress', group), false],
  ['EC2.2', group, changed('aws:ec2:CreateTags', group), false],
  [
    'rds_instance_no_public_access',
    database,
    changed('aws:rds:ModifyDBInstance', database, { fields: ['dBInstanceIdentifier', 'publiclyAccessible'] }),
    true,
  ],
  [
    'rds_instance_no_public_access',
    database,
    changed('aws:rds:ModifyDBInstance', database, { fields: ['dBInstanceIdentifier', 'allocatedStorage'] }),
    false,
  ],
  ['CloudTrail.1', account, changed('aws:cloudtrail:StopLogging', trail), true],
  ['KMS.4', bucket, changed('aws:kms:DisableKeyRotation', bucket), true],
  ['Lambda.1', bucket, changed('aws:lambda:AddPermission20150331v2', bucket), true],
  [
    'KSV-0017',
    web,
    changed('k8s:apps:patch:deployments', web, {
      fields: ['spec.template.spec.containers.securityContext.privileged'],
    }),
    true,
  ],
  ['KSV-0017', web, changed('k8s:apps:patch:deployments', web, { fields: ['spec.replicas'] }), false],
  ['KSV-0017', web, changed('k8s:apps:patch:deployments/scale', web, { fields: ['spec.replicas'] }), false],
  ['KSV-0017', web, changed('k8s:apps:update:deployments', web), true],
  ['C-0057', web, changed('k8s:apps:create:deployments', web), true],
  [
    'CVE-2024-1',
    web,
    changed('k8s:apps:patch:deployments', web, { fields: ['spec.template.spec.containers.image'] }),
    true,
  ],
  ['CVE-2024-1', web, changed('k8s:apps:patch:deployments', web, { fields: ['spec.replicas'] }), false],
  ['CVE-2024-1', repository, changed('github:push', repository, { changeKind: 'commit' }), true],
  ['CKV_AWS_18', repository, changed('github:push', repository, { changeKind: 'commit' }), true],
  ['terraform_drift', bucket, changed('aws:s3:PutBucketLogging', bucket), true],
  ['terraform_drift', bucket, changed('aws:s3:PutBucketTagging', bucket), false],
  ['argocd_drift', web, changed('k8s:apps:patch:deployments/scale', web, { fields: ['spec.replicas'] }), true],
  ['Terminal shell in container', web, changed('k8s:apps:create:deployments', web), false],
];

for (const [rule, asset, change, can] of table) {
  test(`${change.action} (${change.outcome}${change.fields === undefined ? '' : `, ${change.fields.join('+')}`}) ${can ? 'can' : 'cannot'} cause ${rule} on ${asset.kind}`, () => {
    assert.equal(canCause({ detector: 'any', rule, asset }, change), can);
  });
}

test('an autoscaler within its bounds is expected, a person is drift (vector 11)', () => {
  const bounds = { min: 3, max: 10 };
  assert.equal(
    isExpectedDrift('spec.replicas', 9, 'system:serviceaccount:kube-system:horizontal-pod-autoscaler', bounds),
    'autoscaler',
  );
  assert.equal(
    isExpectedDrift('spec.replicas', 12, 'system:serviceaccount:kube-system:horizontal-pod-autoscaler', bounds),
    null,
  );
  assert.equal(isExpectedDrift('spec.replicas', 9, 'kubernetes-admin', bounds), null);
});
