export { compile } from './compile.ts';
export { alertName, BUDGET_REMAINING, errorRatioName, OBJECTIVE } from './names.ts';
export { type InputFile, readOpenSlo } from './openslo/read.ts';
export { type CompileOptions, DEFAULT_OPTIONS } from './options.ts';
export { formatProblem, hasErrors, type Problem } from './problem.ts';
export type { Query, Sli, Slo, Tier } from './slo.ts';
export { isReachable, threshold } from './tiers.ts';
