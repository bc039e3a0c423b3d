import { Gauge } from 'prom-client';
import type { MetricSources, Page } from './page.ts';
import { WINDOW_SECONDS } from './sli-metrics.ts';

/** How far back the alerts look that name whose misses they are about. */
const CONTRIBUTOR_WINDOWS = ['1h', '6h', '1d', '3d', '7d'] as const;

/** What the rules at low traffic read, and what an alert names. */
export function addBurnEvidence(page: Page, { evidence, nowMs }: Pick<MetricSources, 'evidence' | 'nowMs'>): void {
  addCauses(page, evidence, nowMs());
  addCusums(page, evidence);
  addContributors(page, evidence, nowMs());
}

function addCauses({ registry, limit }: Page, evidence: MetricSources['evidence'], nowMs: number): void {
  const causes = new Gauge({
    name: 'cnapp_sli_window_causes',
    help: 'As cnapp_sli_window_events, with the misses of one cause counted once.',
    labelNames: ['tenant', 'sli', 'outcome', 'window'],
    registers: [registry],
  });
  for (const [window, seconds] of Object.entries(WINDOW_SECONDS)) {
    for (const { tenant, sli, outcome, count } of evidence.causesSince(nowMs - seconds * 1000)) {
      if (limit.admits(tenant, `causes ${sli} ${outcome}`)) causes.set({ tenant, sli, outcome, window }, count);
    }
  }
}

function addCusums({ registry, limit }: Page, evidence: MetricSources['evidence']): void {
  const gauge = (suffix: string, help: string) =>
    new Gauge({
      name: `cnapp_slo_cusum${suffix}`,
      help,
      labelNames: ['tenant', 'sli'],
      registers: [registry],
    });
  const statistic = gauge(
    '',
    'Bernoulli CUSUM against the objective; at its threshold or above, more is bad than chance allows.',
  );
  const threshold = gauge('_threshold', 'Where the CUSUM is an alarm: ln(events a day x 90 quiet days).');
  const lastReset = gauge(
    '_last_reset_timestamp_seconds',
    'When the CUSUM last stood at zero; absent before the first event.',
  );
  for (const { tenant, sli, ...cusum } of evidence.cusums()) {
    if (!limit.admits(tenant, `cusum ${sli}`)) continue;
    statistic.set({ tenant, sli }, cusum.statistic);
    threshold.set({ tenant, sli }, cusum.threshold);
    if (cusum.lastResetMs !== null) lastReset.set({ tenant, sli }, cusum.lastResetMs / 1000);
  }
}

function addContributors({ registry, limit }: Page, evidence: MetricSources['evidence'], nowMs: number): void {
  const misses = new Gauge({
    name: 'cnapp_sli_bad_events',
    help: 'Bad events by the team they belong to, decided in the window ending now; absent where there are none.',
    labelNames: ['tenant', 'sli', 'team', 'window'],
    registers: [registry],
  });
  for (const window of CONTRIBUTOR_WINDOWS) {
    for (const { tenant, sli, team, count } of evidence.missesSince(nowMs - WINDOW_SECONDS[window] * 1000)) {
      misses.inc({ tenant, sli, team: limit.admits(tenant, `misses ${sli} ${team}`) ? team : 'other', window }, count);
    }
  }
}
