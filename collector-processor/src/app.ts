import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AlertmanagerExporter, parseAlertmanagerConfig } from '@cnapp-slo/exporters/alertmanager';
import { parseAlertmanagerWebhook } from '@cnapp-slo/exporters/alertmanager-webhook';
import { KafkaExporter, parseKafkaExporterConfig } from '@cnapp-slo/exporters/kafka';
import { OtlpLogsExporter, parseOtlpLogsConfig } from '@cnapp-slo/exporters/otlp-logs';
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
import { NotificationConfig } from './notification/config.ts';
import { notificationLedger } from './notification/ledger.ts';
import { createNotifications, type Notifications } from './notification/notification.ts';
import { ExerciseConfig } from './pipeline/config.ts';
import { ProcessorIntake } from './pipeline/intake.ts';
import { PolicyRunner } from './pipeline/policy-runner.ts';
import { Processor } from './pipeline/processor.ts';
import { canCause } from './policy/capabilities/index.ts';
import { PoliciesConfig, RiskConfig } from './policy/config.ts';
import { PolicyBook } from './policy/engine/policy-book.ts';
import { readIntelligence } from './policy/risk/intelligence.ts';
import { parseKafkaConfig } from './receivers/kafka/config.ts';
import { KafkaReceiver } from './receivers/kafka/receiver.ts';
import { parseOtlpGrpcConfig } from './receivers/otlp-grpc/config.ts';
import { OtlpGrpcReceiver } from './receivers/otlp-grpc/receiver.ts';
import { parseOtlpHttpConfig } from './receivers/otlp-http/config.ts';
import { OtlpHttpReceiver } from './receivers/otlp-http/receiver.ts';
import { ProcessorBurnEvidence } from './reporting/burn-evidence.ts';
import { ComplianceReader } from './reporting/compliance-reader.ts';
import { SliConfig } from './reporting/config.ts';
import { ProcessorEstateReader } from './reporting/estate-reader.ts';
import { Exercises } from './reporting/exercises.ts';
import { Finals } from './reporting/finals.ts';
import { openFindings, sloEventCounter, tenantsOf } from './reporting/metric-sources.ts';
import { Releases } from './reporting/releases.ts';
import { samplingSources } from './reporting/sampling-sources.ts';
import { EstateSliReader } from './reporting/sli-reader.ts';
import { SamplingDesk } from './sampling/desk.ts';
import { SamplingService } from './sampling/service.ts';
import { SamplingConfig } from './sampling/service-config.ts';
import { SqliteStore } from './storage/sqlite/store.ts';
import { TelemetryConfig } from './telemetry/config.ts';
import { samplingMetrics } from './telemetry/sampling-metrics.ts';
import { Telemetry } from './telemetry/telemetry.ts';

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
  readonly #evidence: ProcessorBurnEvidence;
  readonly #releases: Releases;
  readonly #book: PolicyBook;
  readonly #sampling: SamplingService;
  readonly #samplingDesk: SamplingDesk;
  /** In the order of their start: what shows and sends on first, what takes in last. */
  readonly #parts: Component[] = [];
  readonly #listeners: Partial<Record<keyof Addresses, () => string | null>> = {};
  readonly #telemetry: Telemetry;
  #running: Component[] = [];
  #ticker: NodeJS.Timeout | undefined;
  readonly #finals: Finals;
  #stopped: Promise<void> | undefined;

  constructor(config: Config, now: () => number) {
    const grpc = parseOtlpGrpcConfig(config.receivers.otlp.grpc);
    const http = parseOtlpHttpConfig(config.receivers.otlp.http);
    const telemetry = new Telemetry(parseSection(TelemetryConfig, 'telemetry', config.telemetry), {
      ownReceivers: [grpc.endpoint, http.endpoint],
    });
    this.#telemetry = telemetry;
    const book = new PolicyBook({
      path: parseSection(PoliciesConfig, 'policies', config.policies).path,
      now,
      counted: (policy, mode, outcome) => telemetry.policies.evaluated(policy, mode, outcome),
      reloaded: (outcome, message) => {
        telemetry.policies.reloaded(outcome);
        telemetry.log[outcome === 'loaded' ? 'info' : 'error'](`policies ${outcome}`, { message });
      },
    });
    this.#book = book;
    const processor = new Processor({
      store: new SqliteStore(config.storage.path),
      rules: book,
      policy: policyOf(config),
      sliPolicy: parseSection(SliConfig, 'slis', config.slis),
      canCause,
      now,
      maxQueuedBytes: config.limits.max_queued_bytes,
      telemetry: telemetry.processor,
      failed: (what, error) => telemetry.log.error(`${what} failed`, { error: String(error) }),
    });
    this.#processor = processor;
    telemetry.watch(
      'cnapp_queue_bytes',
      'Bytes of deliveries that wait for their commit.',
      () => processor.queuedBytes,
    );
    const { key = null } = parseSection(ExerciseConfig, 'exercises', config.exercises);
    const intelligence = readIntelligence(parseSection(RiskConfig, 'risk', config.risk));
    const failed = (what: string, error: unknown): void =>
      telemetry.log.error(`${what} failed`, { error: String(error) });
    const slis = new EstateSliReader(processor, now, config.sources.intervals);
    this.slis = slis;
    const sources = samplingSources(processor, intelligence.isKnownExploited, slis, now);
    const section = parseSection(SamplingConfig, 'sampling', config.sampling);
    this.#sampling = new SamplingService(section, sources, {
      ...samplingMetrics(telemetry.registry, telemetry.log),
      failed,
    });
    this.#samplingDesk = new SamplingDesk(this.#sampling, sources.volumes, now);
    telemetry.watch(
      'cnapp_sampling_queue_bytes',
      'Bytes of the sampled stream that wait for delivery.',
      () => this.#sampling.queuedBytes,
    );
    this.intake = new ProcessorIntake(processor, key, section.mode === 'off' ? null : this.#sampling);
    this.inputs = processor;
    this.feed = processor.feed;
    this.#finals = new Finals(processor.store, slis, now);
    this.estate = new ProcessorEstateReader(processor, now, config.sources.intervals, intelligence);
    this.#evidence = new ProcessorBurnEvidence(processor, slis, now);
    this.#releases = new Releases(processor, this.#evidence, now);
    this.#parts.push(telemetry, this.#sampling);
    this.#parts.push(new PolicyRunner(processor, { book, now, failed }));
    this.#addMetrics(config, now);
    this.#addExporters(config, now);
    this.#addApi(config, this.#addNotifications(config, now), now);
    const settings = { now, log: telemetry.log, telemetry: telemetry.receivers };
    const grpcReceiver = new OtlpGrpcReceiver(grpc, this.intake, settings);
    const httpReceiver = new OtlpHttpReceiver(http, this.intake, settings);
    this.#parts.push(grpcReceiver, httpReceiver);
    const kafka = parseKafkaConfig(config.receivers.kafka);
    if (kafka) this.#parts.push(new KafkaReceiver(kafka, this.intake, settings));
    this.#listeners.otlp_grpc = () => grpcReceiver.address;
    this.#listeners.otlp_http = () => httpReceiver.address;
  }

  async start(): Promise<void> {
    try {
      for (const part of this.#parts) {
        await part.start();
        this.#running.push(part);
      }
      for (const name of Object.keys(this.addresses) as (keyof Addresses)[]) {
        this.addresses[name] = this.#listeners[name]?.() ?? null;
      }
    } catch (error) {
      await this.stop();
      throw error;
    }
    this.#ticker = setInterval(() => {
      this.#processor.tick();
      this.#finals.tick();
    }, TICK_MS);
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
      events: sloEventCounter(this.#processor, now),
      evidence: this.#evidence,
      releases: this.#releases,
      openFindings: () => openFindings(this.#processor),
      tenants: () => tenantsOf(this.#processor),
      nowMs: now,
      registries: [this.#telemetry.registry],
    });
    this.#parts.push(metrics);
    this.#listeners.metrics = () => metrics.address;
  }

  #addExporters(config: Config, nowMs: () => number): void {
    const { slis, estate, feed } = this;
    const settings = { telemetry: this.#telemetry.exporters, log: this.#telemetry.log };
    const traces = parseOtlpTracesConfig(config.exporters.otlp_traces);
    if (traces) this.#parts.push(new OtlpTracesExporter(traces, feed, settings));
    const logs = parseOtlpLogsConfig(config.exporters.otlp_logs);
    if (logs) this.#parts.push(new OtlpLogsExporter(logs, feed, settings));
    const kafka = parseKafkaExporterConfig(config.exporters.kafka);
    if (kafka) this.#parts.push(new KafkaExporter(kafka, { slis, feed }, settings));
    const alertmanager = parseAlertmanagerConfig(config.exporters.alertmanager);
    if (alertmanager) {
      this.#parts.push(new AlertmanagerExporter(alertmanager, { estate, feed, nowMs }, settings));
    }
  }

  #addNotifications(config: Config, nowMs: () => number): Notifications {
    const section = parseSection(NotificationConfig, 'notifications', config.notifications);
    const { slis, estate, feed, inputs } = this;
    const processor = this.#processor;
    const ledger = notificationLedger(processor.store, (input, tenant, also) => processor.record(input, tenant, also));
    const settings = { telemetry: this.#telemetry.exporters, log: this.#telemetry.log };
    const notifications = createNotifications(section, ledger, { slis, estate, feed, inputs, nowMs }, settings);
    if (notifications.desk) this.#parts.push(notifications.desk);
    this.#parts.push(notifications.approvals);
    for (const state of ['held', 'pending', 'dead'] as const) {
      this.#telemetry.watch(`cnapp_notifications_${state}`, `Notices that are ${state}.`, () =>
        notifications.outbox.count(state),
      );
    }
    return notifications;
  }

  #addApi(config: Config, notifications: Notifications, now: () => number): void {
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
      declarations: this.#processor,
      sampling: this.#samplingDesk,
      exercises: new Exercises(this.#processor, now),
      releases: this.#releases,
      plans: notifications.approvals,
      policies: this.#book,
      compliance: new ComplianceReader(this.#processor, now),
      notices: notifications,
      nameOf: notifications.nameOf,
      runbooks: readRunbooks(),
      hooks: (service, call) => notifications.answers.take(service, call),
      telemetry: this.#telemetry.api,
      log: this.#telemetry.log,
    });
    this.#parts.push(api);
    this.#listeners.api = () => api.address;
  }
}

/** The runbooks of this installation, by the file's name; none where they were left out. */
function readRunbooks(): Map<string, string> {
  const folder = join(import.meta.dirname, '../../docs/runbooks');
  if (!existsSync(folder)) return new Map();
  const names = readdirSync(folder).filter((name) => name.endsWith('.md') && name !== 'README.md');
  return new Map(names.map((name) => [name.slice(0, -3), readFileSync(join(folder, name), 'utf8')]));
}

function policyOf({ episodes }: Config): EpisodePolicy {
  return {
    flapMergeMs: episodes.flap_merge_seconds * 1000,
    durabilityMs: episodes.durability_seconds * 1000,
    baselineSpanMs: episodes.baseline_span_seconds * 1000,
  };
}
