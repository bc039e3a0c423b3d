import type { JsonObject } from '@cnapp-slo/model';
import type { Resource, ResourceKind } from './company.ts';

export type Scanner = 'prowler' | 'securityhub' | 'trivy';

/** One rule of a scanner, and the API calls by which its resources become risky and safe again. Source of ids: each tool's own rule list. */
export interface Rule {
  scanner: Scanner;
  /** As the tool writes it: `s3_bucket_public_access`, `RDS.2`, `KSV-0017`. */
  id: string;
  kind: ResourceKind;
  severity: 'critical' | 'high' | 'medium' | 'low';
  title: string;
  failing: string;
  passing: string;
  remediation: string;
  /** The calls by which a resource begins and ceases to fail, `<service>:<eventName>`; in Kubernetes the field that a patch sets. */
  breaks: string;
  mends: string;
  /** Request parameters of those calls. */
  request?: (resource: Resource, breaks: boolean) => JsonObject;
  compliance: Record<string, string[]>;
}

export const RULES: readonly Rule[] = [
  {
    scanner: 'prowler',
    id: 's3_bucket_public_access',
    kind: 'bucket',
    severity: 'critical',
    title: 'Ensure there are no S3 buckets open to Everyone or Any AWS user.',
    failing: 'S3 Bucket has public access due to bucket policy.',
    passing: 'S3 Bucket is not public.',
    remediation: 'Enable block public access on the bucket, and serve public content through a distribution.',
    breaks: 's3:PutBucketPolicy',
    mends: 's3:DeleteBucketPolicy',
    request: ({ id }, breaks) =>
      breaks
        ? {
            bucketPolicy: {
              Version: '2012-10-17',
              Statement: [
                { Sid: 'Read', Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `${id}/*` },
              ],
            },
          }
        : {},
    compliance: { 'CIS-3.0': ['2.1.4'], 'PCI-4.0': ['1.2.8'] },
  },
  {
    scanner: 'prowler',
    id: 's3_bucket_default_encryption',
    kind: 'bucket',
    severity: 'medium',
    title: 'Check if S3 buckets have default encryption (SSE) enabled or use a bucket policy to enforce it.',
    failing: 'Server Side Encryption is not configured.',
    passing: 'Server Side Encryption is configured with aws:kms.',
    remediation: 'Ensure that S3 buckets have encryption at rest enabled.',
    breaks: 's3:DeleteBucketEncryption',
    mends: 's3:PutBucketEncryption',
    compliance: { 'CIS-3.0': ['2.1.1'] },
  },
  {
    scanner: 'prowler',
    id: 'ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_22',
    kind: 'security_group',
    severity: 'high',
    title: 'Ensure no security groups allow ingress from 0.0.0.0/0 or ::/0 to SSH port 22.',
    failing: 'Security group has SSH port 22 open to the Internet.',
    passing: 'Security group does not have SSH port 22 open to the Internet.',
    remediation: 'Use a zero trust approach: restrict ingress to known networks.',
    breaks: 'ec2:AuthorizeSecurityGroupIngress',
    mends: 'ec2:RevokeSecurityGroupIngress',
    request: () => ingressOn(22),
    compliance: { 'CIS-3.0': ['5.2'], 'PCI-4.0': ['1.3.1'] },
  },
  {
    scanner: 'prowler',
    id: 'ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_3389',
    kind: 'security_group',
    severity: 'high',
    title: 'Ensure no security groups allow ingress from 0.0.0.0/0 or ::/0 to port 3389.',
    failing: 'Security group has Microsoft RDP port 3389 open to the Internet.',
    passing: 'Security group does not have Microsoft RDP port 3389 open to the Internet.',
    remediation: 'Use a zero trust approach: restrict ingress to known networks.',
    breaks: 'ec2:AuthorizeSecurityGroupIngress',
    mends: 'ec2:RevokeSecurityGroupIngress',
    request: () => ingressOn(3389),
    compliance: { 'CIS-3.0': ['5.3'] },
  },
  {
    scanner: 'prowler',
    id: 'iam_role_administratoraccess_policy',
    kind: 'role',
    severity: 'high',
    title: 'Ensure IAM Roles do not have AdministratorAccess policy attached.',
    failing: 'IAM Role has AdministratorAccess policy attached.',
    passing: 'IAM Role does not have AdministratorAccess policy.',
    remediation: 'Apply the principle of least privilege.',
    breaks: 'iam:AttachRolePolicy',
    mends: 'iam:DetachRolePolicy',
    request: () => ({ policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' }),
    compliance: { 'CIS-3.0': ['1.16'] },
  },
  {
    scanner: 'securityhub',
    id: 'RDS.2',
    kind: 'database',
    severity: 'critical',
    title: 'RDS DB Instances should prohibit public access, as determined by the PubliclyAccessible configuration',
    failing: 'The instance is publicly accessible.',
    passing: 'The instance is not publicly accessible.',
    remediation: 'Modify the instance and set PubliclyAccessible to false.',
    breaks: 'rds:ModifyDBInstance',
    mends: 'rds:ModifyDBInstance',
    request: (_resource, breaks) => ({ publiclyAccessible: breaks, applyImmediately: true }),
    compliance: { 'NIST.800-53.r5': ['AC-4', 'SC-7'] },
  },
  {
    scanner: 'securityhub',
    id: 'Lambda.1',
    kind: 'function',
    severity: 'critical',
    title: 'Lambda function policies should prohibit public access',
    failing: 'The function policy allows public access.',
    passing: 'The function policy prohibits public access.',
    remediation: 'Remove the statement that grants access to everyone.',
    breaks: 'lambda:AddPermission20150331v2',
    mends: 'lambda:RemovePermission20150331v2',
    request: (_resource, breaks) => ({
      statementId: 'url',
      ...(breaks ? { action: 'lambda:InvokeFunction', principal: '*' } : {}),
    }),
    compliance: { 'NIST.800-53.r5': ['AC-3', 'AC-6'] },
  },
  {
    scanner: 'trivy',
    id: 'KSV-0017',
    kind: 'deployment',
    severity: 'high',
    title: 'Privileged',
    failing: 'Container should set securityContext.privileged to false',
    passing: '',
    remediation: "Change 'containers[].securityContext.privileged' to 'false'.",
    breaks: 'spec.template.spec.containers.securityContext.privileged',
    mends: 'spec.template.spec.containers.securityContext.privileged',
    compliance: {},
  },
  {
    scanner: 'trivy',
    id: 'KSV-0009',
    kind: 'deployment',
    severity: 'high',
    title: 'Access to host network',
    failing: "Deployment should not set 'spec.template.spec.hostNetwork' to true",
    passing: '',
    remediation: "Do not set 'spec.template.spec.hostNetwork' to true.",
    breaks: 'spec.template.spec.hostNetwork',
    mends: 'spec.template.spec.hostNetwork',
    compliance: {},
  },
];

function ingressOn(port: number): JsonObject {
  const range = { ipProtocol: 'tcp', fromPort: port, toPort: port, ipRanges: { items: [{ cidrIp: '0.0.0.0/0' }] } };
  return { ipPermissions: { items: [range] } };
}

export function rulesOf(scanner: Scanner, kind: ResourceKind): Rule[] {
  return RULES.filter((rule) => rule.scanner === scanner && rule.kind === kind);
}

export function rule(id: string): Rule {
  const found = RULES.find((candidate) => candidate.id === id);
  if (!found) throw new Error(`no rule ${id}`);
  return found;
}
