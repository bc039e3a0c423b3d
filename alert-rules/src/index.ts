export { type Alert, alertsOf } from './alerts.ts';
export { type RecordedReport, recordedQuery, recordedReport } from './backtest/recorded.ts';
export {
  type BacktestReport,
  backtest,
  detectionHours,
  falseAlerts,
  type SimulationSettings,
} from './backtest/report.ts';
export { fromCounters, markRepeats, type RangeSeries, readEvents, type Step } from './backtest/stream.ts';
export { compile } from './compile.ts';
export { CUSUM_FACTORS, CUSUM_QUIET_DAYS, CusumWatch } from './cusum.ts';
export { explain } from './explain.ts';
export {
  DEFAULT_POLICY,
  decideGate,
  type GateDecision,
  type GateInput,
  type GatePolicy,
  type Override,
  strictest,
} from './gate.ts';
export { type ApiRequest, grafanaApiRequest, grafanaHealthRequest } from './grafana-api.ts';
export { lint } from './lint.ts';
export { lintLive, type PrometheusReader } from './lint-live.ts';
export { BUDGET_REMAINING, errorRatioName, OBJECTIVE, REGIME } from './names.ts';
export { type CompileOptions, DEFAULT_OPTIONS } from './options.ts';
export { formatProblem, hasErrors, type Problem } from './problem.ts';
export { type InputFile, readSlos } from './read.ts';
export { type Regime, regimeOf } from './regimes.ts';
export type { Query, Sli, Slo, Tier } from './slo.ts';
export { isReachable, threshold } from './tiers.ts';
