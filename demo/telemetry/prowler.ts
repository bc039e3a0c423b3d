import type { JsonObject } from '@cnapp-slo/model';
import type { Account } from '../company/catalogue.ts';
import { type Resource, tagsOf } from '../company/company.ts';
import type { Rule } from '../company/rules.ts';
import { type Attributes, type LogRecord, logRecord } from './record.ts';

export type Verdict = 'PASS' | 'FAIL' | 'MUTED';

const VERSION = '5.13.0';
const SEVERITIES = { low: 2, medium: 3, high: 4, critical: 5 } as const;

/**
 * One finding of Prowler's OCSF output (Detection Finding, 2004). As Prowler does, `time` is in seconds and is when the scan ran,
 * tags are `key:value` labels of the resource, and a muted finding keeps FAIL and is Suppressed.
 */
export function prowlerFinding(rule: Rule, resource: Resource, verdict: Verdict, scanMs: number): LogRecord {
  const { account } = resource;
  const time = Math.floor(scanMs / 1000);
  const at = new Date(time * 1000).toISOString().replace('Z', '000');
  const detail = `${verdict === 'PASS' ? rule.passing : rule.failing} (${resource.name})`;
  const labels = Object.entries(tagsOf(resource.service, account)).map(([key, value]) => `${key}:${value}`);
  const body: JsonObject = {
    message: detail,
    metadata: {
      event_code: rule.id,
      product: { name: 'Prowler', uid: 'prowler', vendor_name: 'Prowler', version: VERSION },
      profiles: ['cloud', 'datetime'],
      tenant_uid: '',
      version: '1.5.0',
    },
    severity_id: SEVERITIES[rule.severity],
    severity: rule.severity.charAt(0).toUpperCase() + rule.severity.slice(1),
    status: verdict === 'MUTED' ? 'Suppressed' : 'New',
    status_code: verdict === 'PASS' ? 'PASS' : 'FAIL',
    status_detail: detail,
    status_id: verdict === 'MUTED' ? 3 : 1,
    unmapped: { related_url: '', categories: ['internet-exposed'], notes: '', compliance: rule.compliance },
    activity_name: 'Create',
    activity_id: 1,
    finding_info: {
      created_time: time,
      created_time_dt: at,
      desc: rule.title,
      product_uid: 'prowler',
      title: rule.title,
      types: ['Software and Configuration Checks/AWS Security Best Practices'],
      uid: `prowler-aws-${rule.id}-${account.id}-${account.region}-${resource.name}`,
    },
    resources: [
      {
        cloud_partition: 'aws',
        region: account.region,
        data: { details: '', metadata: { arn: resource.id, name: resource.name, region: account.region } },
        group: { name: rule.id.split('_')[0] ?? '' },
        labels,
        name: resource.name,
        type: TYPES[resource.kind] ?? 'Other',
        uid: resource.id,
      },
    ],
    category_name: 'Findings',
    category_uid: 2,
    class_name: 'Detection Finding',
    class_uid: 2004,
    cloud: {
      account: { name: account.name, type: 'AWS Account', type_id: 10, uid: account.id, labels: [] },
      org: { name: 'meridian-goods', uid: 'o-m3r1d1an00' },
      provider: 'aws',
      region: account.region,
    },
    remediation: { desc: rule.remediation, references: [`https://hub.prowler.com/check/${rule.id}`] },
    risk_details: rule.title,
    time,
    time_dt: at,
    type_uid: 200401,
    type_name: 'Detection Finding: Create',
  };
  return logRecord(time * 1000, 'ocsf', prowlerResource(account), body);
}

const TYPES: Partial<Record<Resource['kind'], string>> = {
  bucket: 'AwsS3Bucket',
  security_group: 'AwsEc2SecurityGroup',
  role: 'AwsIamRole',
};

function prowlerResource(account: Account): Attributes {
  return { 'service.name': 'prowler', 'cloud.provider': 'aws', 'cloud.account.id': account.id };
}
