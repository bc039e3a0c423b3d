/** Findings as Prowler writes them (OCSF Detection Finding, 2004), for `performance.ts`: two checks on each of many buckets, of fifty services. */
import { seeded } from '@cnapp-slo/model';

const HOUR_SECONDS = 3600;
const DAY_SECONDS = 24 * HOUR_SECONDS;
const account = '111122223333';
const teams = 20;
const services = 50;

const checks = [
  { id: 's3_bucket_public_access', title: 'S3 bucket allows public access', severity: 'Critical', severity_id: 5 },
  { id: 's3_bucket_default_encryption', title: 'S3 bucket is not encrypted', severity: 'High', severity_id: 4 },
] as const;
type Check = (typeof checks)[number];

/** What one scan says of one check on one bucket, OCSF. */
export function verdict(bucket: number, check: Check, status: 'PASS' | 'FAIL', time: number): object {
  const service = bucket % services;
  const name = `service-${service}-bucket-${bucket}`;
  const labels = [
    `team:team-${service % teams}`,
    `service:service-${service}`,
    `environment:${['production', 'staging', 'development'][service % 3]}`,
    `criticality:c${service % 4}`,
  ];
  return {
    message: `${check.title} (${name})`,
    metadata: {
      event_code: check.id,
      product: { name: 'Prowler', vendor_name: 'Prowler', version: '5.13.0' },
      version: '1.5.0',
    },
    severity: check.severity,
    severity_id: check.severity_id,
    status: 'New',
    status_code: status,
    status_detail: `${check.title} (${name})`,
    finding_info: {
      created_time: time,
      title: check.title,
      uid: `prowler-aws-${check.id}-${account}-eu-central-1-${name}`,
    },
    resources: [
      {
        cloud_partition: 'aws',
        region: 'eu-central-1',
        labels,
        name,
        type: 'AwsS3Bucket',
        uid: `arn:aws:s3:::${name}`,
      },
    ],
    class_uid: 2004,
    category_uid: 2,
    type_uid: 200401,
    cloud: { account: { uid: account, type: 'AWS Account', type_id: 10 }, provider: 'aws', region: 'eu-central-1' },
    time,
  };
}

/** Four weeks up to `endMs`: every finding passes, then fails, and five of six pass again after one to sixty hours. By time. */
export function historyOf(findings: number, endMs: number): object[] {
  const random = seeded(7);
  const end = Math.floor(endMs / 1000);
  const start = end - 28 * DAY_SECONDS;
  const rows: { time: number; row: object }[] = [];
  for (let n = 0; n < findings; n += 1) {
    const bucket = Math.floor(n / checks.length);
    const check = checks[n % checks.length] as Check;
    const add = (status: 'PASS' | 'FAIL', time: number) =>
      rows.push({ time, row: verdict(bucket, check, status, time) });
    const failed = start + DAY_SECONDS + Math.floor(random() * 26 * DAY_SECONDS);
    const passed = failed + HOUR_SECONDS + Math.floor(random() ** 3 * 60 * HOUR_SECONDS);
    add('PASS', failed - 6 * HOUR_SECONDS);
    add('FAIL', failed);
    if (random() < 5 / 6 && passed < end) add('PASS', passed);
  }
  return rows.sort((a, b) => a.time - b.time).map(({ row }) => row);
}

/** `count` findings that are new now, of buckets from `first` on. */
export const newFindings = (first: number, count: number, nowMs: number): object[] =>
  Array.from({ length: count }, (_, n) => verdict(first + n, checks[0], 'FAIL', Math.floor(nowMs / 1000)));
