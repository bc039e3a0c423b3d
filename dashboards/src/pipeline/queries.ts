/** What the dashboard of the processor's own health asks of Prometheus. */
const perSecond = (metric: string, by: string) => `sum by (${by}) (rate(${metric}[$__rate_interval]))`;
const quantile = (q: number, metric: string, selector = '') =>
  `histogram_quantile(${q}, sum by (le) (rate(${metric}_bucket${selector}[$__rate_interval])))`;

export const sinceCommit = 'time() - max(cnapp_last_commit_timestamp_seconds)';
export const uptime = 'time() - max(process_start_time_seconds{job="cnapp"})';
export const accepted = perSecond('cnapp_receiver_accepted_records_total', 'transport, signal');
export const refused = perSecond('cnapp_receiver_refused_records_total', 'transport, signal, code');
export const refusedNow =
  'sum(increase(cnapp_receiver_refused_records_total[$__range])) or 0 * count(cnapp_queue_bytes)';
export const requests = perSecond('cnapp_receiver_requests_total', 'transport, code');
export const bytes = perSecond('cnapp_receiver_bytes_total', 'transport, signal');
export const inFlight = 'sum by (transport) (cnapp_receiver_in_flight_bytes)';
export const queued = 'sum(cnapp_queue_bytes)';
export const commit = (q: number) => quantile(q, 'cnapp_commit_duration_seconds', '{outcome="committed"}');
export const failedCommits =
  'sum(increase(cnapp_commit_duration_seconds_count{outcome="failed"}[$__range])) or 0 * count(cnapp_queue_bytes)';
export const outcomes = perSecond('cnapp_records_total', 'outcome');
export const api = (q: number) =>
  `histogram_quantile(${q}, sum by (le, route) (rate(cnapp_api_request_duration_seconds_bucket[$__rate_interval])))`;
export const exported = perSecond('cnapp_exporter_exported_total', 'exporter');
export const exporterQueue = 'sum by (exporter) (cnapp_exporter_queue_items)';
export const retried = perSecond('cnapp_exporter_retries_total', 'exporter');
export const dropped = perSecond('cnapp_exporter_dropped_total', 'exporter');
export const droppedNow = 'sum(increase(cnapp_exporter_dropped_total[$__range])) or 0 * count(cnapp_queue_bytes)';
export const eventLoop = 'max(nodejs_eventloop_lag_p99_seconds{job="cnapp"})';
export const memory = 'max(process_resident_memory_bytes{job="cnapp"})';
export const heap = 'max(nodejs_heap_size_used_bytes{job="cnapp"})';
export const cpu = 'sum(rate(process_cpu_seconds_total{job="cnapp"}[$__rate_interval]))';
export const overflow = 'sum(increase(cnapp_series_overflow_total[$__range]))';
