/** What one runner counted. Its failures and the reasons of its skips are printed by then. */
export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

export function emptyTally(): Tally {
  return { passed: 0, failed: 0, skipped: 0 };
}

export function add(to: Tally, other: Tally): void {
  to.passed += other.passed;
  to.failed += other.failed;
  to.skipped += other.skipped;
}

/** The last line of `npm test`. */
export function format({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
