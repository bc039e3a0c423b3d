/** What is wrong with an input file, where, and what to do about it. */
export interface Problem {
  /** An error stops the compilation of its document; a warning does not. */
  severity: 'error' | 'warning';
  /** Stable, for example `openslo.unknown_field`. */
  code: string;
  file: string;
  /** From 1. */
  line: number;
  column: number;
  /** `spec.objectives[0].target`; empty for the document itself. */
  path: string;
  message: string;
  remedy: string;
}

/** `slos/mttr.yaml:12:9 error openslo.unknown_field spec.foo: message. Remedy.` */
export function formatProblem(problem: Problem): string {
  const { file, line, column, severity, code, path, message, remedy } = problem;
  return `${file}:${line}:${column} ${severity} ${code}${path === '' ? '' : ` ${path}`}: ${message}. ${remedy}.`;
}

export const hasErrors = (problems: readonly Problem[]): boolean => problems.some((p) => p.severity === 'error');
