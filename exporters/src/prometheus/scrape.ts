import { Registry } from 'prom-client';
import { addBurnEvidence } from './burn-metrics.ts';
import type { EpisodeDurations } from './durations.ts';
import { addOpenFindings, addOverflow, addSources } from './estate-metrics.ts';
import type { MetricSources, Page, ScrapeRegistry } from './page.ts';
import { addReleases } from './release-metrics.ts';
import type { SeriesLimit } from './series-limit.ts';
import { addEvents, addSlis } from './sli-metrics.ts';

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
