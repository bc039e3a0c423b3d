import type { ExplainRole, SliReport, SourceJson } from '@cnapp-slo/model';

/** How much of it is left after a step on the way from records to a number. */
export interface SliStep {
  name: 'records' | 'recognised' | 'matched' | 'excluded' | 'pending' | 'decided';
  count: number;
  /** What was lost at this step, by stable code or reason, the largest first. */
  parts: { reason: string; count: number }[];
}

/** Raw, recognised, matched, excluded, decided. `counts` are those of `explain`, so that the page and its list of episodes agree. */
export function sliSteps(
  sli: Pick<SliReport, 'excluded'>,
  counts: Record<ExplainRole, number>,
  sources: readonly SourceJson[],
): SliStep[] {
  const sum = (of: (source: SourceJson) => number) => sources.reduce((total, source) => total + of(source), 0);
  const rejects: Record<string, number> = {};
  for (const source of sources) {
    for (const [code, count] of Object.entries(source.rejects)) rejects[code] = (rejects[code] ?? 0) + count;
  }
  const { good, bad, excluded, pending } = counts;
  return [
    { name: 'records', count: sum(({ records }) => records), parts: largestFirst(rejects) },
    { name: 'recognised', count: sum(({ recognised }) => recognised), parts: [] },
    { name: 'matched', count: good + bad + excluded + pending, parts: [] },
    { name: 'excluded', count: excluded, parts: largestFirst(sli.excluded) },
    { name: 'pending', count: pending, parts: [] },
    { name: 'decided', count: good + bad, parts: largestFirst({ good, bad }) },
  ];
}

const largestFirst = (counts: Readonly<Record<string, number>>) =>
  Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([reason, count]) => ({ reason, count }))
    .toSorted((a, b) => b.count - a.count);
