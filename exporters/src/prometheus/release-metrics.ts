import { Counter, Gauge } from 'prom-client';
import type { MetricSources, Page } from './page.ts';

export function addReleases(
  { registry }: Page,
  { releases, tenants }: Pick<MetricSources, 'releases' | 'tenants'>,
): void {
  const overrides = new Counter({
    name: 'cnapp_gate_overrides_total',
    help: 'Overrides of the release gate that a second person agreed to.',
    labelNames: ['tenant'],
    registers: [registry],
  });
  for (const tenant of tenants()) overrides.inc({ tenant }, 0);
  for (const { tenant, count } of releases.approvedOverrides()) overrides.inc({ tenant }, count);
  const ends = new Gauge({
    name: 'cnapp_maintenance_end_timestamp_seconds',
    help: 'When the maintenance window that holds back alerts of the SLI ends; absent without one in force.',
    labelNames: ['tenant', 'sli'],
    registers: [registry],
  });
  for (const { tenant, sli, endsMs } of releases.maintenanceEnds()) ends.set({ tenant, sli }, endsMs / 1000);
}
