import { byTime } from '../sli-queries.ts';

/** What the debug dashboard asks of Prometheus: each step from a record to a number. */
export const received = 'sum(increase(cnapp_source_records_total[$__range]))';
export const rejected = 'sum(increase(cnapp_source_rejects_total[$__range])) or 0 * count(cnapp_source_records_total)';
export const duplicates = 'sum(increase(cnapp_records_total{outcome="duplicate"}[$__range]))';
export const facts = 'sum(increase(cnapp_commit_facts_total[$__range]))';
export const open = 'sum(cnapp_open_findings)';
export const decided = `sum(increase(cnapp_slo_events_total{sli=~"$sli", sli!~"${byTime}"}[$__range]))`;

export const age = 'max by (source, format) (time() - cnapp_source_last_received_timestamp_seconds)';
export const interval = 'max by (source, format) (cnapp_source_interval_seconds)';
export const recordsBySource = 'sum by (source, format) (increase(cnapp_source_records_total[$__range]))';
export const rejectsByCode = 'sum by (format, code) (increase(cnapp_source_rejects_total[$__range])) > 0';
export const recordRate = 'sum by (format) (rate(cnapp_source_records_total[$__rate_interval]))';
export const coverage = 'max by (sli) (cnapp_sli_coverage{sli=~"$sli"})';
export const restatement = 'max by (sli) (cnapp_sli_restatement{sli=~"$sli"})';
export const windowEvents = `max by (sli, outcome) (cnapp_sli_window_events{sli=~"$sli", sli!~"${byTime}", window="1h"})`;
export const views = 'max by (sli, view) (cnapp_sli_value{sli=~"$sli"})';
