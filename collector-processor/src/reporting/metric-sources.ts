import type { OpenFindingsCount, SloEventCounter } from '@cnapp-slo/exporters/ports';
import type { NowMs } from '@cnapp-slo/model';
import { DEFAULT_TENANT, isExerciseTenant } from '@cnapp-slo/model';
import type { Processor } from '../pipeline/processor.ts';
import { Restatements } from './restatements.ts';

/** What the Prometheus exporter counts from. */
export function sloEventCounter(processor: Processor, now: NowMs): SloEventCounter {
  const restatements = new Restatements(processor, now);
  return {
    totals: () => {
      const restated = restatements.counts();
      const totals = processor.events.totals();
      return totals.map((total) => ({
        ...total,
        restated: total.restated ?? restated.get(`${total.tenant} ${total.sli} ${total.outcome}`) ?? 0,
      }));
    },
    totalsSince: (fromMs) => processor.events.totalsSince(fromMs),
  };
}

export function openFindings(processor: Processor): OpenFindingsCount[] {
  const counts = new Map<string, OpenFindingsCount>();
  for (const { episodes, tenant, severity, detectorClass } of processor.estate.findings.rows()) {
    const last = episodes.at(-1);
    if (!last || last.state === 'closed' || last.exercise) continue;
    const key = `${tenant} ${severity} ${detectorClass}`;
    const count = counts.get(key) ?? { tenant, severity, detectorClass, count: 0 };
    count.count += 1;
    counts.set(key, count);
  }
  return [...counts.values()];
}

/** The default tenant exists before it has data. */
export function tenantsOf(processor: Processor): string[] {
  const tenants = new Set([DEFAULT_TENANT]);
  for (const { tenant } of processor.sources.all()) if (!isExerciseTenant(tenant)) tenants.add(tenant);
  return [...tenants];
}
