import type { EstateReader, NowMs, SliReader } from '@cnapp-slo/model';
import { Registry } from 'prom-client';
import type { BurnEvidence, OpenFindingsCount, ReleaseCounts, SloEventCounter } from '../ports.ts';
import { addBurnEvidence } from './burn-metrics.ts';
import type { EpisodeDurations } from './durations.ts';
import { addOpenFindings, addOverflow, addSources } from './estate-metrics.ts';
import { addReleases } from './release-metrics.ts';
import type { SeriesLimit } from './series-limit.ts';
import { addEvents, addSlis } from './sli-metrics.ts';

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

/**
 * The metrics as they are now. Each scrape builds its registry from the readers, so a series that is unknown or gone
 * is absent, and the two text formats never meet in one registry: prom-client renames counters in place for OpenMetrics.
 */
export function scrape(
  sources: MetricSources,
  durations: EpisodeDurations,
  limit: SeriesLimit,
  openMetrics: boolean,
): ScrapeRegistry {
  const type = openMetrics ? Registry.OPENMETRICS_CONTENT_TYPE : Registry.PROMETHEUS_CONTENT_TYPE;
  const registry: ScrapeRegistry = new Registry();
  registry.setContentType(type);
  const page: Page = { registry, limit };
  const reports = sources.slis.list();
  addSlis(page, reports);
  addEvents(page, sources, reports);
  addBurnEvidence(page, sources);
  addReleases(page, sources);
  addOpenFindings(page, sources.openFindings());
  addSources(page, sources.estate.sources());
  addOverflow(page, sources.tenants());
  registry.registerMetric(durations.histogram);
  for (const other of sources.registries ?? []) {
    for (const { name } of other.getMetricsAsArray()) {
      // A view that takes the renaming in place of the metric itself.
      registry.registerMetric(Object.create(other.getSingleMetric(name) ?? null));
    }
  }
  return registry;
}
