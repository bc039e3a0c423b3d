/** What the executive dashboard asks of Prometheus. */
export const mean = (sli: string) => `max(cnapp_sli_value{sli="${sli}", view="mean"})`;
export const openCriticals = 'sum(cnapp_open_findings{severity="critical"}) or vector(0) and on () cnapp_open_findings';
export const objectivesMissed =
  'count(max by (sli) (cnapp_sli_budget_remaining) <= 0) or 0 * count(max by (sli) (cnapp_sli_budget_remaining))';
export const safeTime = 'max(cnapp_sli_value{sli="incident-burn", view="ratio"})';
export const overrides = 'sum(increase(cnapp_gate_overrides_total[$__range]))';
export const budgets = 'sort_desc(max by (sli) (cnapp_sli_budget_remaining))';
export const incidentWeight = 'max(cnapp_sli_value{sli="incident-burn", view="count_weight"})';
export const incidentBudget = 'max(cnapp_sli_value{sli="incident-burn", view="count_budget"})';
export const remediation = 'max by (view) (cnapp_sli_value{sli="mttr", view=~"mean|p50|p90"})';
