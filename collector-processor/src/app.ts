import { AlertmanagerExporter, parseAlertmanagerConfig } from '@cnapp-slo/exporters/alertmanager';
import { parseAlertmanagerWebhook } from '@cnapp-slo/exporters/alertmanager-webhook';
import { OtlpTracesExporter, parseOtlpTracesConfig } from '@cnapp-slo/exporters/otlp-traces';
import { PrometheusExporter, parsePrometheusConfig } from '@cnapp-slo/exporters/prometheus';
import type {
  Component,
  EpisodePolicy,
  EstateReader,
  InputSink,
  Intake,
  SliReader,
  TransitionFeed,
} from '@cnapp-slo/model';
import { ApiConfig } from './api/config.ts';
import { ApiServer } from './api/server.ts';
import { type Config, parseConfig, parseSection, type RawConfig } from './config.ts';
import { ProcessorIntake } from './pipeline/intake.ts';
import { Processor } from './pipeline/processor.ts';
import { canCause } from './policy/capabilities/index.ts';
import { ProcessorEstateReader } from './reporting/estate-reader.ts';
import { openFindings, sloEventCounter, tenantsOf } from './reporting/metric-sources.ts';
import { EstateSliReader } from './reporting/sli-reader.ts';
import { SqliteStore } from './storage/sqlite/store.ts';

/** Where the processor listens, `host:port`; null while it does not. */
export interface Addresses {
  otlp_grpc: string | null;
  otlp_http: string | null;
  api: string | null;
  metrics: string | null;
}

export interface App {
  /** Throws an Error that names the config key when a part cannot start; the parts before it are stopped again. */
  start(): Promise<void>;
  /** Takes in nothing new, finishes what was accepted, then closes the store. Idempotent. */
  stop(): Promise<void>;
  readonly addresses: Addresses;
  readonly intake: Intake;
  readonly slis: SliReader;
  readonly estate: EstateReader;
  readonly inputs: InputSink;
  readonly feed: TransitionFeed;
}

const TICK_MS = 5000;

/** Builds the processor from its configuration; nothing listens before `start`. Throws an Error that names the wrong key. */
export async function createApp(raw: RawConfig, now: () => number = Date.now): Promise<App> {
  return new ProcessorApp(parseConfig(raw), now);
}

class ProcessorApp implements App {
  readonly addresses: Addresses = { otlp_grpc: null, otlp_http: null, api: null, metrics: null };
  readonly intake: Intake;
  readonly slis: SliReader;
  readonly estate: EstateReader;
  readonly inputs: InputSink;
  readonly feed: TransitionFeed;
  readonly #processor: Processor;
  /** In the order of their start: what shows and sends on first, what takes in last. */
  readonly #parts: Component[] = [];
  readonly #listeners: Partial<Record<keyof Addresses, { readonly address: string | null }>> = {};
  #running: Component[] = [];
  #ticker: NodeJS.Timeout | undefined;
  #stopped: Promise<void> | undefined;

  constructor(config: Config, now: () => number) {
    const processor = new Processor({
      store: new SqliteStore(config.storage.path),
      policy: policyOf(config),
      canCause,
      now,
      maxQueuedBytes: config.limits.max_queued_bytes,
      failed: (what, error) => log.error(`${what} failed`, { error: String(error) }),
    });
    this.#processor = processor;
    this.intake = new ProcessorIntake(processor);
    this.inputs = processor;
    this.feed = processor.feed;
    this.slis = new EstateSliReader(processor, now, config.sources.intervals);
    this.estate = new ProcessorEstateReader(processor, now, config.sources.intervals);
    this.#addMetrics(config, now);
    this.#addExporters(config, now);
    this.#addApi(config, now);
  }

  async start(): Promise<void> {
    try {
      for (const part of this.#parts) {
        await part.start();
        this.#running.push(part);
      }
    } catch (error) {
      await this.stop();
      throw error;
    }
    for (const [name, listener] of Object.entries(this.#listeners))
      this.addresses[name as keyof Addresses] = listener.address;
    this.#ticker = setInterval(() => this.#processor.tick(), TICK_MS);
    this.#processor.tick();
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    clearInterval(this.#ticker);
    for (const part of this.#running.reverse()) await part.stop();
    this.#running = [];
    await this.#processor.stop();
  }

  #addMetrics(config: Config, now: () => number): void {
    const { slis, estate, feed } = this;
    const metrics = new PrometheusExporter(parsePrometheusConfig(config.metrics), {
      slis,
      estate,
      feed,
      events: sloEventCounter(this.#processor),
      openFindings: () => openFindings(this.#processor),
      tenants: () => tenantsOf(this.#processor),
      nowMs: now,
    });
    this.#parts.push(metrics);
    this.#listeners.metrics = metrics;
  }

  #addExporters(config: Config, nowMs: () => number): void {
    const { estate, feed } = this;
    const traces = parseOtlpTracesConfig(config.exporters.otlp_traces);
    if (traces) this.#parts.push(new OtlpTracesExporter(traces, feed, { telemetry: exporterTelemetry, log }));
    const alertmanager = parseAlertmanagerConfig(config.exporters.alertmanager);
    if (alertmanager) {
      this.#parts.push(
        new AlertmanagerExporter(alertmanager, { estate, feed, nowMs }, { telemetry: exporterTelemetry, log }),
      );
    }
  }

  #addApi(config: Config, now: () => number): void {
    const { slis, estate, inputs, intake, feed } = this;
    const api = new ApiServer({
      config: parseSection(ApiConfig, 'api', config.api),
      slis,
      estate,
      inputs,
      intake,
      feed,
      now,
      parseAlertmanagerWebhook: (body) => {
        const { inputs: alerts, rejections } = parseAlertmanagerWebhook(body);
        return rejections.length > 0 && alerts.length === 0 ? null : alerts;
      },
      telemetry: apiTelemetry,
      log,
    });
    this.#parts.push(api);
    this.#listeners.api = api;
  }
}

const log = {
  info: (text: string, fields = {}) => say('info', text, fields),
  warn: (text: string, fields = {}) => say('warn', text, fields),
  error: (text: string, fields = {}) => say('error', text, fields),
};

function say(level: string, message: string, fields: Readonly<Record<string, string | number>>): void {
  process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), level, message, ...fields })}\n`);
}
const exporterTelemetry = { exported: () => {}, retried: () => {}, dropped: () => {}, queued: () => {} };
const apiTelemetry = { request: () => {}, streamEnded: () => {} };

function policyOf({ episodes }: Config): EpisodePolicy {
  return {
    flapMergeMs: episodes.flap_merge_seconds * 1000,
    durabilityMs: episodes.durability_seconds * 1000,
    baselineSpanMs: episodes.baseline_span_seconds * 1000,
  };
}
