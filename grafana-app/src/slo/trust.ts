import type { SliReport, SourceJson } from '@cnapp-slo/model';

/** Below it an SLI is `insufficient`, unless its definition says otherwise (SLI-DEFINITIONS 0, null rule). */
export const MINIMUM_COVERAGE = 0.9;

export interface Trust {
  fresh: number;
  silent: SourceJson[];
  /** The SLI that knows least of what it should see; null: none knows its coverage. */
  lowestCoverage: { title: string; coverage: number } | null;
  /** Of all records that arrived; null: none did. */
  rejected: { share: number | null; topCode: string | null };
  /** Since the source that was heard from last. */
  newestAgeSeconds: number | null;
  /** Whether late data may still move a number. */
  provisional: boolean;
}

/** What speaks for and against believing the numbers. */
export function judgeTrust(sources: readonly SourceJson[], slis: readonly SliReport[]): Trust {
  const covered = slis.flatMap(({ title, coverage }) => (coverage === null ? [] : [{ title, coverage }]));
  const ages = sources.flatMap(({ age_seconds }) => age_seconds ?? []);
  return {
    fresh: sources.filter(({ status }) => status === 'fresh').length,
    silent: sources.filter(({ status }) => status === 'silent'),
    lowestCoverage: covered.toSorted((a, b) => a.coverage - b.coverage)[0] ?? null,
    rejected: rejectedOf(sources),
    newestAgeSeconds: ages.length === 0 ? null : Math.min(...ages),
    provisional: slis.some(({ final }) => !final),
  };
}

function rejectedOf(sources: readonly SourceJson[]): Trust['rejected'] {
  const byCode = new Map<string, number>();
  for (const { rejects } of sources) {
    for (const [code, count] of Object.entries(rejects)) byCode.set(code, (byCode.get(code) ?? 0) + count);
  }
  const total = sources.reduce((sum, { records }) => sum + records, 0);
  const rejected = [...byCode.values()].reduce((sum, count) => sum + count, 0);
  const [top] = [...byCode].toSorted((a, b) => b[1] - a[1]);
  return { share: total === 0 ? null : rejected / total, topCode: top !== undefined && top[1] > 0 ? top[0] : null };
}
