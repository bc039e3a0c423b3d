import type { JsonObject } from '@cnapp-slo/model';
import { type Resource, tagsOf } from '../company/company.ts';
import type { Rule } from '../company/rules.ts';
import { type LogRecord, logRecord, milliseconds } from './record.ts';

const NORMALIZED = { low: 1, medium: 40, high: 70, critical: 90 } as const;
const TYPES: Partial<Record<Resource['kind'], string>> = {
  database: 'AwsRdsDbInstance',
  function: 'AwsLambdaFunction',
};

/** A Security Hub control's finding in the AWS Security Finding Format, as EventBridge delivers it. Shape: docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format-syntax.html. */
export function securityHubFinding(
  rule: Rule,
  resource: Resource,
  verdict: 'PASS' | 'FAIL',
  atMs: number,
  firstMs: number,
): LogRecord {
  const { account } = resource;
  const failed = verdict === 'FAIL';
  const at = milliseconds(atMs);
  const finding: JsonObject = {
    SchemaVersion: '2018-10-08',
    Id: `arn:aws:securityhub:${account.region}:${account.id}:security-control/${rule.id}/finding/${resource.name}`,
    ProductArn: `arn:aws:securityhub:${account.region}::product/aws/securityhub`,
    ProductName: 'Security Hub',
    CompanyName: 'AWS',
    Region: account.region,
    GeneratorId: `security-control/${rule.id}`,
    AwsAccountId: account.id,
    Types: ['Software and Configuration Checks/Industry and Regulatory Standards'],
    FirstObservedAt: milliseconds(firstMs),
    LastObservedAt: at,
    CreatedAt: milliseconds(firstMs),
    UpdatedAt: at,
    Severity: {
      Label: failed ? rule.severity.toUpperCase() : 'INFORMATIONAL',
      Normalized: failed ? NORMALIZED[rule.severity] : 0,
      Original: failed ? rule.severity.toUpperCase() : 'INFORMATIONAL',
    },
    Title: rule.title,
    Description: failed ? rule.failing : rule.passing,
    Remediation: {
      Recommendation: {
        Text: rule.remediation,
        Url: `https://docs.aws.amazon.com/console/securityhub/${rule.id}/remediation`,
      },
    },
    Resources: [
      {
        Type: TYPES[resource.kind] ?? 'Other',
        Id: resource.id,
        Partition: 'aws',
        Region: account.region,
        Tags: tagsOf(resource.service, account),
      },
    ],
    Compliance: {
      Status: failed ? 'FAILED' : 'PASSED',
      SecurityControlId: rule.id,
      RelatedRequirements: Object.entries(rule.compliance).flatMap(([name, ids]) => ids.map((id) => `${name} ${id}`)),
      AssociatedStandards: [{ StandardsId: 'standards/aws-foundational-security-best-practices/v/1.0.0' }],
    },
    WorkflowState: 'NEW',
    Workflow: { Status: failed ? 'NEW' : 'RESOLVED' },
    RecordState: 'ACTIVE',
  };
  const body: JsonObject = {
    version: '0',
    id: `${resource.name}-${atMs}`,
    'detail-type': 'Security Hub Findings - Imported',
    source: 'aws.securityhub',
    account: account.id,
    time: at,
    region: account.region,
    resources: [finding.Id ?? ''],
    detail: { findings: [finding] },
  };
  return logRecord(atMs, 'securityhub-asff', { 'cloud.provider': 'aws', 'cloud.account.id': account.id }, body);
}
