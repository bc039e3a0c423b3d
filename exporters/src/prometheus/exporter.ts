import type { Component, TransitionFeed } from '@cnapp-slo/model';
import type { PrometheusConfig } from './config.ts';
import { EpisodeDurations } from './durations.ts';
import type { MetricSources } from './page.ts';
import { scrape } from './scrape.ts';
import { ScrapeServer } from './scrape-server.ts';
import { SeriesLimit } from './series-limit.ts';

export { type PrometheusConfig, parsePrometheusConfig } from './config.ts';

/** Serves `/metrics`. Everything but the duration histogram is read from the sources when a scrape asks. */
export class PrometheusExporter implements Component {
  readonly name = 'prometheus';
  private readonly sources: MetricSources;
  private readonly feed: TransitionFeed;
  private readonly durations = new EpisodeDurations();
  private readonly limit: SeriesLimit;
  private readonly server: ScrapeServer;
  private unsubscribe: () => void = () => {};

  constructor(config: PrometheusConfig, sources: MetricSources & { feed: TransitionFeed }) {
    this.sources = sources;
    this.feed = sources.feed;
    this.limit = new SeriesLimit(config.series_per_tenant);
    this.server = new ScrapeServer(config, async (openMetrics) => {
      const registry = scrape(this.sources, this.durations, this.limit, openMetrics);
      return { contentType: registry.contentType, body: await registry.metrics() };
    });
  }

  /** `host:port` for the ready line; null while it does not listen. */
  get address(): string | null {
    return this.server.address;
  }

  async start(): Promise<void> {
    this.unsubscribe = this.feed.subscribe((transitions) => {
      for (const transition of transitions) this.durations.observe(transition);
    });
    await this.server.start();
  }

  async stop(): Promise<void> {
    this.unsubscribe();
    await this.server.stop();
  }
}
