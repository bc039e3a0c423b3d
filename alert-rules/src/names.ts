/** Names of the recorded series, which rules, annotations and dashboards share. */
import { formatDuration } from './duration.ts';
import { type CompileOptions, scaled } from './options.ts';
import type { Slo, Tier } from './slo.ts';

export const BUDGET_REMAINING = 'cnapp:slo_budget_remaining:ratio';
export const OBJECTIVE = 'cnapp:slo_objective:ratio';

/** `cnapp:slo_bad:events_1h`, `cnapp:slo_all:events_1h`: sums, which may be added up over groups and services. */
export const eventsName = (of: 'bad' | 'all', windowMs: number): string =>
  `cnapp:slo_${of}:events_${formatDuration(windowMs)}`;

/** `cnapp:slo_error:ratio_1h`: bad events over all events of the last hour. */
export const errorRatioName = (windowMs: number): string => `cnapp:slo_error:ratio_${formatDuration(windowMs)}`;

/** A tier's windows as they are after scaling. */
export function windowsOf(tier: Tier, options: CompileOptions): { longMs: number; shortMs: number } {
  return { longMs: scaled(tier.longMs, options), shortMs: scaled(tier.shortMs, options) };
}

/** `MttdConfigBurnRate`: one name an SLO; its alerts differ in `tier`. */
export function alertName(slo: Pick<Slo, 'id'>): string {
  const words = slo.id.split(/[^a-zA-Z0-9]+/).filter((word) => word !== '');
  return `${words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')}BurnRate`;
}
