import { SLIS, type SliUnit } from '@cnapp-slo/model';

/** What the dashboard of one SLI asks of Prometheus. */
const chosen = 'sli=~"$sli"';
export const value = `max by (sli) (cnapp_sli_value{${chosen}, view="official"})`;
export const ratio = `max(cnapp_sli_value{${chosen}, view="ratio"})`;
export const objective = `max(cnapp_sli_objective{${chosen}})`;
export const budget = `max(cnapp_sli_budget_remaining{${chosen}})`;
export const coverage = `max(cnapp_sli_coverage{${chosen}})`;
export const burn = `max by (window) (cnapp_sli_burn_rate{${chosen}})`;
export const events = `max by (outcome) (cnapp_sli_window_events{${chosen}, window="1d"})`;
export const contributors = `topk(10, sum by (team) (cnapp_sli_bad_events{${chosen}, window="7d"}))`;
export const restatement = `max(cnapp_sli_restatement{${chosen}})`;
export const meanSegment =
  `sum by (segment) (increase(cnapp_episode_duration_seconds_sum{${chosen}, segment!="total"}[$__range])) / ` +
  `(sum by (segment) (increase(cnapp_episode_duration_seconds_count{${chosen}, segment!="total"}[$__range])) > 0)`;
export const cusum = `max(cnapp_slo_cusum{${chosen}})`;
export const cusumThreshold = `max(cnapp_slo_cusum_threshold{${chosen}})`;

/** What every SLI that measures time has, beside its companions. */
const ofDurations: readonly (readonly [view: string, unit: SliUnit])[] = [
  ...(['p50', 'p90', 'mean', 'max', 'rmst'] as const).map((view) => [view, 's'] as const),
  ['expected_misses', 'count'],
  ['open', 'count'],
];

/** Quantiles and companions that have this unit. */
export function beside(unit: SliUnit): string {
  const views = SLIS.flatMap(({ definition: { id, companions } }) =>
    Object.entries(companions).map(([view, companion]) => ({ id, view, unit: companion.unit })),
  );
  const isOne = (view: string) => views.every((other) => other.view !== view || other.unit === unit);
  const ours = views.filter((one) => one.unit === unit);
  const names = [...ofDurations.filter(([, its]) => its === unit), ...ours.map(({ view }) => [view] as const)]
    .map(([view]) => view)
    .filter(isOne);
  // A name that means something else elsewhere is asked for by its SLI.
  const shared = ours.filter(({ view }) => !isOne(view));
  const selectors = [
    `view=~"${[...new Set(names)].join('|')}"`,
    ...shared.map(({ id, view }) => `sli="${id}", view="${view}"`),
  ];
  return `max by (view) (${selectors.map((selector) => `cnapp_sli_value{${chosen}, ${selector}}`).join(' or ')})`;
}
