import type { SliReport } from '@cnapp-slo/model';
import { Counter, Gauge } from 'prom-client';
import type { MetricSources, Page } from './page.ts';

/** Those of the burn tiers, of the low-traffic ladder (and a quarter of each of its windows), and the budget's. */
export const WINDOW_SECONDS = {
  '5m': 300,
  '30m': 1800,
  '1h': 3600,
  '1h30m': 5400,
  '2h': 7200,
  '6h': 21_600,
  '18h': 64_800,
  '1d': 86_400,
  '1d18h': 151_200,
  '3d': 259_200,
  '7d': 604_800,
  '28d': 2_419_200,
} as const;
const STATUSES = ['no_data', 'insufficient', 'breached', 'at_risk', 'ok'] as const;
const OUTCOMES = ['good', 'bad'] as const;

export function addSlis({ registry }: Page, reports: readonly SliReport[]): void {
  const registers = [registry];
  const value = new Gauge({
    name: 'cnapp_sli_value',
    help: 'The SLI over its default window; view official is the value, ratio good / (good + bad). Absent while unknown.',
    labelNames: ['sli', 'view'],
    registers,
  });
  const objective = new Gauge({
    name: 'cnapp_sli_objective',
    help: 'The objective on the ratio; absent where there is none.',
    labelNames: ['sli'],
    registers,
  });
  const coverage = new Gauge({
    name: 'cnapp_sli_coverage',
    help: 'Fresh scopes / known scopes of the sources that the SLI needs; absent while unknown.',
    labelNames: ['sli'],
    registers,
  });
  const status = new Gauge({
    name: 'cnapp_sli_status',
    help: '1 for the status that the SLI has, 0 for the others.',
    labelNames: ['sli', 'status'],
    registers,
  });
  const remaining = new Gauge({
    name: 'cnapp_sli_budget_remaining',
    help: 'Share of the error budget that is left; negative when overspent, absent while unknown.',
    labelNames: ['sli'],
    registers,
  });
  const burn = new Gauge({
    name: 'cnapp_sli_burn_rate',
    help: 'Error ratio over the window, as a multiple of what the objective allows; absent while unknown.',
    labelNames: ['sli', 'window'],
    registers,
  });
  for (const report of reports) {
    const sli = report.id;
    const { value: official, ratio, p50, p90, mean, max, rmst, expected_misses, open, companions } = report;
    const views = { ...companions, official, ratio, p50, p90, mean, max, rmst, expected_misses, open };
    for (const [view, known] of Object.entries(views)) setKnown(value, { sli, view }, known);
    setKnown(objective, { sli }, report.objective);
    setKnown(coverage, { sli }, report.coverage);
    for (const name of STATUSES) status.set({ sli, status: name }, report.status === name ? 1 : 0);
    setKnown(remaining, { sli }, report.budget.remaining);
    for (const [window, rate] of Object.entries(report.budget.burn)) setKnown(burn, { sli, window }, rate);
  }
}

/** Unknown is absent, never 0. */
function setKnown<T extends string>(
  gauge: Gauge<T>,
  labels: Record<T, string>,
  value: number | null | undefined,
): void {
  if (value !== null && value !== undefined) gauge.set(labels, value);
}

export function addEvents(
  { registry, limit }: Page,
  { events, tenants, nowMs }: MetricSources,
  reports: readonly SliReport[],
): void {
  const registers = [registry];
  const total = new Counter({
    name: 'cnapp_slo_events_total',
    help: 'SLO events by the time they were decided. Never falls: what the ledger takes back is in cnapp_sli_restatement.',
    labelNames: ['tenant', 'sli', 'outcome'],
    registers,
  });
  const windowed = new Gauge({
    name: 'cnapp_sli_window_events',
    help: 'Exact number of SLO events that were decided in the window ending now.',
    labelNames: ['tenant', 'sli', 'outcome', 'window'],
    registers,
  });
  const restatement = new Gauge({
    name: 'cnapp_sli_restatement',
    help: 'Counted SLO events that the ledger has since taken back or judged the other way: why a panel on the counters differs from the SLI.',
    labelNames: ['sli'],
    registers,
  });
  const totals = events.totals();
  const ids = reports.map((report) => report.id);
  const admits = (tenant: string, sli: string, outcome: string) => limit.admits(tenant, `events ${sli} ${outcome}`);
  const born = tenants().flatMap((tenant) =>
    ids.flatMap((sli) =>
      OUTCOMES.filter((outcome) => admits(tenant, sli, outcome)).map((outcome) => ({ tenant, sli, outcome })),
    ),
  );
  for (const labels of born) total.inc(labels, 0);
  for (const { tenant, sli, outcome, count } of totals) {
    total.inc({ tenant, sli: admits(tenant, sli, outcome) ? sli : 'other', outcome }, count);
  }
  for (const { sli, restated } of totals) if (restated !== undefined) restatement.inc({ sli }, restated);
  const now = nowMs();
  for (const [window, seconds] of Object.entries(WINDOW_SECONDS)) {
    for (const labels of born) windowed.set({ ...labels, window }, 0);
    for (const { tenant, sli, outcome, count } of events.totalsSince(now - seconds * 1000)) {
      windowed.inc({ tenant, sli: admits(tenant, sli, outcome) ? sli : 'other', outcome, window }, count);
    }
  }
}
