import type { EstateReader, NowMs, SliReader } from '@cnapp-slo/model';
import type { Registry } from 'prom-client';
import type { BurnEvidence, OpenFindingsCount, ReleaseCounts, SloEventCounter } from '../ports.ts';
import type { SeriesLimit } from './series-limit.ts';

/** Where every number on `/metrics` comes from. All are asked once per scrape. */
export interface MetricSources {
  slis: SliReader;
  estate: Pick<EstateReader, 'sources'>;
  events: SloEventCounter;
  evidence: BurnEvidence;
  releases: ReleaseCounts;
  openFindings(): readonly OpenFindingsCount[];
  /** Every tenant that has or may get data: their series exist at 0 before the first event. */
  tenants(): readonly string[];
  nowMs: NowMs;
  /** Registries of the process itself, shown on the same page. */
  registries?: readonly Registry[];
}

/** One scrape's registry, and the bound on what enters it. */
export interface Page {
  registry: ScrapeRegistry;
  limit: SeriesLimit;
}

export type ScrapeRegistry = Registry<
  typeof Registry.OPENMETRICS_CONTENT_TYPE | typeof Registry.PROMETHEUS_CONTENT_TYPE
>;
