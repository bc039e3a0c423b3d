export { type Alert, alertsOf } from './alerts.ts';
export { compile } from './compile.ts';
export { BUDGET_REMAINING, errorRatioName, OBJECTIVE, REGIME } from './names.ts';
export { type CompileOptions, DEFAULT_OPTIONS } from './options.ts';
export { formatProblem, hasErrors, type Problem } from './problem.ts';
export { type InputFile, readSlos } from './read.ts';
export { type Regime, regimeOf } from './regimes.ts';
export type { Query, Sli, Slo, Tier } from './slo.ts';
export { isReachable, threshold } from './tiers.ts';
