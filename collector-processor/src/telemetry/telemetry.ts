import { SpanStatusCode, trace } from '@opentelemetry/api';
import type { Registry } from 'prom-client';
import type { TelemetryConfig } from './config.ts';
import { Logger, type LogRecord } from './logger.ts';
import type { ProcessorTelemetry } from './processor-telemetry.ts';
import type { ReceiverTelemetry } from './receiver-telemetry.ts';
import { SelfMetrics } from './self-metrics.ts';

export interface TelemetrySettings {
  /** Endpoints (`host:port`) of this processor's own OTLP receivers, as configured. */
  ownReceivers: readonly string[];
  /** Where log records go. Unset: JSON lines on stderr. */
  sink?: (record: LogRecord) => void;
}

/**
 * What the processor says about itself: a log on stderr, metrics in a registry for `/metrics`, and both with sampled spans over
 * OTLP when `telemetry.otlp` is configured. Throws an Error that names the key when that would feed the processor itself.
 */
export class Telemetry {
  readonly name = 'telemetry';
  readonly log: Logger;
  readonly receivers: ReceiverTelemetry;
  readonly processor: ProcessorTelemetry;
  readonly api: SelfMetrics['api'];
  readonly policies: SelfMetrics['policies'];
  readonly exporters: SelfMetrics['exporters'];
  private readonly config: TelemetryConfig;
  private readonly localLog: Logger;
  private readonly metrics = new SelfMetrics();
  private end: (() => Promise<void>) | undefined;

  constructor(config: TelemetryConfig, settings: TelemetrySettings) {
    const { otlp, log_level } = config;
    if (otlp && !otlp.allow_self && settings.ownReceivers.some((own) => isSame(otlp.endpoint, own))) {
      throw new Error(
        "telemetry.otlp.endpoint: is this processor's own receiver; set telemetry.otlp.allow_self to mean it",
      );
    }
    this.config = config;
    this.log = new Logger(log_level, settings.sink);
    this.localLog = new Logger(log_level, settings.sink);
    const { receivers, processor, policies, api, exporters } = this.metrics;
    this.policies = policies;
    this.receivers = receivers;
    this.exporters = exporters;
    this.processor = {
      ...processor,
      commit(outcome, seconds, facts) {
        processor.commit(outcome, seconds, facts);
        recordSpan('commit', seconds, { 'cnapp.facts': facts }, outcome === 'failed');
      },
    };
    this.api = {
      ...api,
      request(method, route, status, seconds) {
        api.request(method, route, status, seconds);
        const attributes = { 'http.request.method': method, 'http.route': route, 'http.response.status_code': status };
        recordSpan(`${method} ${route}`, seconds, attributes, status >= 500);
      },
    };
  }

  /** For `/metrics`. */
  get registry(): Registry {
    return this.metrics.registry;
  }

  /** Shows `read()` as a gauge at every scrape. */
  watch(name: string, help: string, read: () => number): void {
    this.metrics.watch(name, help, read);
  }

  async start(): Promise<void> {
    const { otlp, service_name: serviceName } = this.config;
    if (!otlp) return;
    const { startOtlpExport } = await import('./otlp-export.ts'); // half a second that only its users should wait
    this.end = startOtlpExport(otlp, { serviceName, registry: this.registry, log: this.log, localLog: this.localLog });
  }

  /** Sends what is left. */
  async stop(): Promise<void> {
    const { end } = this;
    this.end = undefined;
    await end?.();
  }
}

/** A span that ends now. Costs next to nothing while no SDK is started. */
function recordSpan(
  name: string,
  seconds: number,
  attributes: Record<string, string | number>,
  hasFailed: boolean,
): void {
  const endMs = Date.now();
  const span = trace.getTracer('cnapp-slo').startSpan(name, { startTime: endMs - seconds * 1000, attributes });
  if (hasFailed) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end(endMs);
}

const LOOPBACK_OR_ANY = new Set(['localhost', '127.0.0.1', '[::1]', '0.0.0.0', '[::]']);

/** Whether the URL reaches the listener: the same port, and the same host or two names of this machine. */
function isSame(url: string, listener: string): boolean {
  const to = new URL(url);
  const own = new URL(`${to.protocol}//${listener}`);
  const port = (of: URL): string => of.port || (of.protocol === 'https:' ? '443' : '80');
  if (port(to) !== port(own)) return false;
  return to.hostname === own.hostname || (LOOPBACK_OR_ANY.has(to.hostname) && LOOPBACK_OR_ANY.has(own.hostname));
}
