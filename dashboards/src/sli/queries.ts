/** What the dashboard of one SLI asks of Prometheus. */
const chosen = 'sli=~"$sli"';
export const value = `max by (sli) (cnapp_sli_value{${chosen}, view="official"})`;
export const ratio = `max(cnapp_sli_value{${chosen}, view="ratio"})`;
export const objective = `max(cnapp_sli_objective{${chosen}})`;
export const budget = `max(cnapp_sli_budget_remaining{${chosen}})`;
export const coverage = `max(cnapp_sli_coverage{${chosen}})`;
export const burn = `max by (window) (cnapp_sli_burn_rate{${chosen}})`;
export const events = `max by (outcome) (cnapp_sli_window_events{${chosen}, window="1d"})`;
export const companions = `max by (view) (cnapp_sli_value{${chosen}})`;
export const contributors = `topk(10, sum by (team) (cnapp_sli_bad_events{${chosen}, window="7d"}))`;
export const restatement = `max(cnapp_sli_restatement{${chosen}})`;
export const meanSegment =
  `sum by (segment) (increase(cnapp_episode_duration_seconds_sum{${chosen}, segment!="total"}[$__range])) / ` +
  `(sum by (segment) (increase(cnapp_episode_duration_seconds_count{${chosen}, segment!="total"}[$__range])) > 0)`;
export const cusum = `max(cnapp_slo_cusum{${chosen}})`;
export const cusumThreshold = `max(cnapp_slo_cusum_threshold{${chosen}})`;
