import { SLIS } from '@cnapp-slo/model';

/** What the dashboards ask of Prometheus about SLIs. The metrics are those of exporters/src/prometheus. */

/** A value for each SLI, without the labels of the scrape, so that tables can be joined on `sli`. */
const bySli = (selector: string) => `max by (sli) (${selector})`;

export const ratio = bySli('cnapp_sli_value{view="ratio"}');
export const objective = bySli('cnapp_sli_objective');
export const officialValue = bySli('cnapp_sli_value{view="official"}');
export const budgetRemaining = bySli('cnapp_sli_budget_remaining');
export const coverage = bySli('cnapp_sli_coverage');
export const burnRate = (window: '1h' | '6h' | '1d' | '3d') => bySli(`cnapp_sli_burn_rate{window="${window}"}`);
/** From harmless to bad, so that sorting shows the worst first. A cell can only colour a number: the place in this list. */
export const STATUSES = ['ok', 'no_data', 'insufficient', 'at_risk', 'breached'] as const;
export const status = STATUSES.map((name, code) => bySli(`${code} * (cnapp_sli_status{status="${name}"} == 1)`)).join(
  ' or ',
);

export const ratioOfChosen = 'max by (sli) (cnapp_sli_value{view="ratio", sli=~"$sli"})';
export const objectiveOfChosen = 'max by (sli) (cnapp_sli_objective{sli=~"$sli"})';
export const budgetOfChosen = 'max by (sli) (cnapp_sli_budget_remaining{sli=~"$sli"})';
export const burnOfChosen = (window: '1h' | '6h') =>
  `max by (sli) (cnapp_sli_burn_rate{window="${window}", sli=~"$sli"})`;
/** Those that weigh by time would drown the ones that count. */
const timed = SLIS.filter(({ definition }) => definition.counts?.endsWith('-seconds')).map(
  ({ definition }) => definition.id,
);
export const byTime = timed.join('|');
export const eventsOfChosen = `sum by (outcome) (increase(cnapp_slo_events_total{sli=~"$sli", sli!~"${byTime}"}[$__rate_interval]))`;

/** Episodes have many sizes: the mean of each segment over the range says where the time goes. */
export const meanSegment = (sli: string) =>
  `sum by (segment) (increase(cnapp_episode_duration_seconds_sum{sli="${sli}", segment!="total"}[$__range])) / ` +
  `(sum by (segment) (increase(cnapp_episode_duration_seconds_count{sli="${sli}", segment!="total"}[$__range])) > 0)`;
export const views = (sli: string) => `max by (view) (cnapp_sli_value{sli="${sli}", view=~"mean|p50|p90"})`;

export const openFindings = 'sum by (severity) (cnapp_open_findings)';
export const sourceAge = 'max by (source) (time() - cnapp_source_last_received_timestamp_seconds)';
export const recordRate = 'sum by (format) (rate(cnapp_source_records_total[$__rate_interval]))';
export const rejectRate = 'sum by (format, code) (rate(cnapp_source_rejects_total[$__rate_interval])) > 0';
