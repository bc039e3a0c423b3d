/** What the compiler's user decides, apart from the SLOs. */
export interface CompileOptions {
  /** Base URL of the processor's pages, for explain links. */
  processorUrl: string;
  /** Base URL of Grafana, for links to the app. */
  grafanaUrl: string;
  /** Base URL that relative runbook paths are resolved against. Unset: they stay relative. */
  runbookBase: string;
  /** Divides every window and interval, so that a test sees a whole cycle in minutes. 1 in production. */
  timeScale: number;
  /** How often rules are evaluated, before `timeScale`. */
  evaluationMs: number;
  /** First of the three years whose calendar periods are written into rules. */
  calendarYear: number;
  /** uid of the Prometheus data source that Grafana's rules query. */
  datasourceUid: string;
  /** Folder that Grafana's rules live in. Dashboards live elsewhere. */
  folder: string;
}

export const DEFAULT_OPTIONS: CompileOptions = {
  processorUrl: 'http://127.0.0.1:8080',
  grafanaUrl: 'http://127.0.0.1:3000',
  runbookBase: '',
  timeScale: 1,
  evaluationMs: 60_000,
  calendarYear: 2026,
  datasourceUid: 'cnapp-prometheus',
  folder: 'CNAPP SLO',
};
