/** Files of any supported format → SLOs and problems. */
import { type Place, readDocuments } from './document.ts';
import { readOpenSlo } from './openslo/read.ts';
import type { Problem } from './problem.ts';
import type { Slo } from './slo.ts';
import { isSloth, readSloth } from './sloth/read.ts';

export interface InputFile {
  /** As problems name it. */
  path: string;
  text: string;
}

/** Every SLO of the files, in their order. One with an error is left out; problems are sorted by place. */
export function readSlos(files: readonly InputFile[]): { slos: Slo[]; problems: Problem[] } {
  const problems: Problem[] = [];
  const documents = files.flatMap(({ path, text }) => readDocuments(path, text, problems));
  const { sloth = [], openslo = [] } = Object.groupBy(documents, formatOf);
  const slos = [...readOpenSlo(openslo), ...readSloth(sloth)];
  const seen = new Set<string>();
  const unique = slos.filter(({ id, origin }) => {
    if (!seen.has(id)) return seen.add(id);
    const message = `a second SLO with the id "${id}"`;
    problems.push({
      severity: 'error',
      code: 'input.duplicate',
      ...origin,
      path: '',
      message,
      remedy: 'Rename one of them',
    });
    return false;
  });
  return { slos: unique, problems: problems.toSorted(byPlace).filter(isFirstOfItsKind) };
}

function formatOf(document: Place): 'sloth' | 'openslo' | 'none' {
  if (isSloth(document)) return 'sloth';
  const version = document.get('apiVersion');
  const text = version.requiredText();
  if (text === 'openslo/v1') return 'openslo';
  if (text !== null) {
    const remedy = 'Supported: openslo/v1, sloth.slok.dev/v1, and version: prometheus/v1';
    version.error('input.version', `"${text}" is not supported`, remedy);
  }
  return 'none';
}

/** Errors before warnings of the same place. */
function byPlace(a: Problem, b: Problem): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line || a.column - b.column || (a.severity < b.severity ? -1 : a.severity > b.severity ? 1 : 0);
}

/** What several SLOs refer to is reported once. */
function isFirstOfItsKind(problem: Problem, i: number, sorted: readonly Problem[]): boolean {
  const before = sorted[i - 1];
  return (
    before === undefined ||
    byPlace({ ...before, severity: problem.severity }, problem) !== 0 ||
    before.code !== problem.code
  );
}
