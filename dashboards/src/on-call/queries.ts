/** What the on-call dashboard asks of Prometheus. `ALERTS` is Prometheus' own, of the rules that alert-rules compiles. */
export const alerts = 'max by (alertname, slo, severity, alertstate) (ALERTS{slo!=""})';
export const firing =
  'count(max by (alertname, slo, severity) (ALERTS{slo!="", alertstate="firing"})) or 0 * count(cnapp_sli_status)';
export const openSevere = 'sum by (detector_class) (cnapp_open_findings{severity=~"critical|high"})';
export const openRuntime =
  'sum(cnapp_open_findings{severity=~"critical|high", detector_class=~"runtime|identity"}) or 0 * count(cnapp_open_findings)';
/** A share, because SLIs that weigh by time count seconds; an SLI without misses divides by zero, which `> 0` drops. */
export const contributors = (window: '1h' | '6h' | '3d') => {
  const bad = `(cnapp_sli_bad_events{window="${window}"})`;
  return `topk(10, sum by (sli, team) ${bad} / on (sli) group_left () sum by (sli) ${bad} > 0)`;
};
export const remediationFailures = 'max(cnapp_sli_value{sli="remediation-failures", view="official"})';
export const notifications = {
  pending: 'sum(cnapp_notifications_pending)',
  held: 'sum(cnapp_notifications_held)',
  dead: 'sum(cnapp_notifications_dead)',
};
export const burn = (window: '1h' | '6h') => `max by (sli) (cnapp_sli_burn_rate{window="${window}"})`;
/** A source is silent after two of its intervals. */
export const silentSources =
  '(max by (source, format) (time() - cnapp_source_last_received_timestamp_seconds) > 2 * max by (source, format) (cnapp_source_interval_seconds))';
