export { readLogsJson } from './json-logs.ts';
export { readMetricsJson } from './json-metrics.ts';
export { readSpansJson } from './json-spans.ts';
export { readLogs } from './logs.ts';
export { readMetrics } from './metrics.ts';
export type * from './record-view.ts';
export { readSpans } from './spans.ts';
