import type {
  ChangeJson,
  Component,
  EpisodeJson,
  EstateReader,
  IncidentJson,
  NowMs,
  TransitionFeed,
} from '@cnapp-slo/model';
import { openIncidents } from '@cnapp-slo/model';
import { DeliveryQueue } from '../delivery-queue.ts';
import type { ExporterSettings } from '../ports.ts';
import { type Alert, alertOf } from './alert.ts';
import type { AlertmanagerConfig } from './config.ts';
import { postAlerts } from './post-alerts.ts';

export { type AlertmanagerConfig, parseAlertmanagerConfig } from './config.ts';

const MAX_ALERTS = 10_000;
const BATCH_ALERTS = 64;
const STOP_TIMEOUT_MS = 2000;
/** Transitions come in bursts; one look at the incidents serves them all. */
const SETTLE_MS = 250;
/** As Prometheus does: an alert that is no longer repeated ends after four intervals. */
const INTERVALS_TO_EXPIRY = 4;

export interface AlertmanagerSources {
  estate: Pick<EstateReader, 'incidents' | 'incident' | 'finding'>;
  feed: TransitionFeed;
  nowMs: NowMs;
}

/**
 * Shows the open incidents to every Alertmanager: soon after a transition, again every interval, and once more with
 * their end when they are resolved. Incidents of imported history alone are never sent.
 */
export class AlertmanagerExporter implements Component {
  readonly name = 'alertmanager';
  private readonly config: AlertmanagerConfig;
  private readonly sources: AlertmanagerSources;
  private readonly settings: ExporterSettings;
  private readonly queues: DeliveryQueue<Alert>[];
  /** What was last sent of each open incident, by its id. */
  private readonly sent = new Map<string, Alert>();
  private unsubscribe: () => void = () => {};
  private repeat: NodeJS.Timeout | undefined;
  private soon: NodeJS.Timeout | undefined;

  constructor(config: AlertmanagerConfig, sources: AlertmanagerSources, settings: ExporterSettings) {
    this.config = config;
    this.sources = sources;
    this.settings = settings;
    this.queues = config.endpoints.map((endpoint) => {
      const options = {
        exporter: `${this.name}/${new URL(endpoint).host}`,
        maxItems: MAX_ALERTS,
        batchItems: BATCH_ALERTS,
        keyOf: (alert: Alert) => JSON.stringify(alert.labels),
        send: (alerts: readonly Alert[]) => postAlerts(endpoint, alerts, config),
      };
      return new DeliveryQueue(options, settings);
    });
  }

  async start(): Promise<void> {
    this.unsubscribe = this.sources.feed.subscribe(() => {
      this.soon ??= setTimeout(() => {
        this.soon = undefined;
        this.update();
      }, SETTLE_MS);
    });
    this.repeat = setInterval(() => this.update(), this.config.resend_interval);
    this.update();
  }

  /** Leaves the alerts as they are: the incidents are still open, and expire if the processor does not come back. */
  async stop(): Promise<void> {
    this.unsubscribe();
    clearInterval(this.repeat);
    clearTimeout(this.soon);
    await Promise.all(this.queues.map((queue) => queue.stop(STOP_TIMEOUT_MS)));
  }

  private update(): void {
    try {
      const alerts = this.dueAlerts();
      for (const queue of this.queues) queue.offer(alerts);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.settings.log.warn('cannot read the incidents', { exporter: this.name, reason });
    }
  }

  private dueAlerts(): Alert[] {
    const nowMs = this.sources.nowMs();
    const alerts: Alert[] = [];
    const open = new Set<string>();
    for (const incident of this.openIncidents()) {
      const episodes = this.episodesOf(incident);
      if (!episodes.some((episode) => episode.origin === 'live')) continue;
      open.add(incident.id);
      const change = episodes.find((episode) => episode.change)?.change ?? null;
      alerts.push(...this.firing(incident, change, nowMs));
    }
    for (const [id, last] of this.sent) {
      if (open.has(id)) continue;
      const resolvedAt = this.sources.estate.incident(id)?.resolved_at ?? new Date(nowMs).toISOString();
      // Alertmanager refuses an end before the start, which was taken from another clock.
      alerts.push({ ...last, endsAt: resolvedAt < last.startsAt ? last.startsAt : resolvedAt });
      this.sent.delete(id);
    }
    return alerts;
  }

  /** The alert, after the end of its predecessor where the labels have changed. */
  private firing(incident: IncidentJson, change: ChangeJson | null, nowMs: number): Alert[] {
    const last = this.sent.get(incident.id);
    const startsMs = Date.parse(incident.alerted_at ?? last?.startsAt ?? new Date(nowMs).toISOString());
    const endsMs = nowMs + INTERVALS_TO_EXPIRY * this.config.resend_interval;
    const alert = alertOf(incident, change, { startsMs, endsMs }, this.config);
    this.sent.set(incident.id, alert);
    const isRelabelled = last && JSON.stringify(last.labels) !== JSON.stringify(alert.labels);
    return isRelabelled ? [{ ...last, endsAt: new Date(nowMs).toISOString() }, alert] : [alert];
  }

  private openIncidents(): IncidentJson[] {
    const incidents = openIncidents(this.sources.estate);
    const excess = incidents.splice(MAX_ALERTS).length;
    if (excess > 0) this.settings.telemetry.dropped(this.name, 'too_many_incidents', excess);
    return incidents;
  }

  private episodesOf(incident: IncidentJson): EpisodeJson[] {
    return incident.episode_ids.flatMap((id) => {
      const episodes = this.sources.estate.finding(id)?.episodes ?? [];
      return episodes.filter((episode) => episode.id === id);
    });
  }
}
