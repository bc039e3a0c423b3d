import type { SliReport } from '@cnapp-slo/model';

/** What the ledger decides. Burn is by arrival and stays as it was announced; trust is of the moment. */
const DECIDED = [
  ...['value', 'ratio', 'good', 'bad', 'excluded', 'pending', 'definition_version', 'companions'],
  ...['p50', 'p90', 'mean', 'max', 'rmst', 'expected_misses', 'open'],
] as const;

/**
 * Where a report that was computed again from the ledger alone differs from the stored one, bit for bit: `value: 0.5, from
 * the ledger 0.25`. To have it computed again, ask for it `as_of` its own instant: the past is refolded from the facts that
 * had been received by then.
 */
export function differencesBetween(stored: SliReport, recomputed: SliReport): string[] {
  const [was, is] = [stored, recomputed].map((report) => new Map(Object.entries(report)));
  return DECIDED.flatMap((name) => {
    const before = JSON.stringify(was?.get(name));
    const after = JSON.stringify(is?.get(name));
    return before === after ? [] : [`${name}: ${before}, from the ledger ${after}`];
  });
}
