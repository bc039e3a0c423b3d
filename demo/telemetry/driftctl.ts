import type { JsonObject } from '@cnapp-slo/model';
import type { Account } from '../company/catalogue.ts';
import type { Resource } from '../company/company.ts';
import { type LogRecord, logRecord, seconds } from './record.ts';
import { terraformType } from './terraform.ts';

/** A `driftctl scan` of an account: what Terraform knows, and what somebody made past it. Shape: the tool's JSON output, github.com/snyk/driftctl. */
export function driftctlScan(
  account: Account,
  managed: readonly Resource[],
  unmanaged: readonly Resource[],
  atMs: number,
): LogRecord {
  const entry = ({ kind, name }: Resource): JsonObject => ({ id: name, type: terraformType(kind) });
  const total = managed.length + unmanaged.length;
  const body: JsonObject = {
    summary: {
      total_resources: total,
      total_unmanaged: unmanaged.length,
      total_missing: 0,
      total_managed: managed.length,
      total_iac_source_count: 1,
    },
    managed: managed.map(entry),
    unmanaged: unmanaged.map(entry),
    missing: null,
    differences: null,
    coverage: total === 0 ? 0 : Math.floor((100 * managed.length) / total),
    alerts: null,
    provider_name: 'AWS',
    provider_version: '3.76.1',
    scan_duration: 41,
    date: seconds(atMs),
  };
  const resource = { 'service.name': 'driftctl', 'cloud.account.id': account.id, 'cloud.region': account.region };
  return logRecord(atMs, 'driftctl', resource, body);
}
