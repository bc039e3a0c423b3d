import { setTimeout as sleep } from 'node:timers/promises';
import { DiagLogLevel, diag, logs, SeverityNumber } from '@opentelemetry/api';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-grpc';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-grpc';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { createEmptyMetadata } from '@opentelemetry/otlp-grpc-exporter-base';
import { BatchLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { startNodeSdk } from '@opentelemetry/sdk-node';
import { BatchSpanProcessor, ParentBasedSampler, TraceIdRatioBasedSampler } from '@opentelemetry/sdk-trace';
import type { Registry } from 'prom-client';
import type { OtlpExportConfig } from './config.ts';
import type { Logger, LogLevel, LogRecord } from './logger.ts';
import { RegistryMetricProducer } from './metric-producer.ts';

/** How long the end of the process waits for a receiver that does not answer. */
const FLUSH_TIMEOUT_MS = 3000;

const SEVERITY: Record<LogLevel, SeverityNumber> = {
  debug: SeverityNumber.DEBUG,
  info: SeverityNumber.INFO,
  warn: SeverityNumber.WARN,
  error: SeverityNumber.ERROR,
};

export interface OtlpExportSettings {
  serviceName: string;
  registry: Registry;
  /** What is exported. */
  log: Logger;
  /** Where the SDK's own troubles go: not into what it fails to export. */
  localLog: Logger;
}

/** Sends the log, the registry and sampled spans over OTLP/gRPC until the returned function has flushed and ended it. */
export function startOtlpExport(config: OtlpExportConfig, settings: OtlpExportSettings): () => Promise<void> {
  const { serviceName, registry, log, localLog } = settings;
  const client = () => {
    const metadata = createEmptyMetadata();
    for (const [name, value] of Object.entries(config.headers)) metadata.set(name, value);
    return { url: config.endpoint, metadata };
  };
  const sdk = startNodeSdk({
    logLevel: 'error',
    resourceAttributes: { 'service.name': serviceName },
    resourceDetectors: [],
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(config.trace_sample_ratio) }),
    spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter(client()) })],
    logRecordProcessors: [new BatchLogRecordProcessor({ exporter: new OTLPLogExporter(client()) })],
    metricReaders: [
      new PeriodicExportingMetricReader({
        exporter: new OTLPMetricExporter(client()),
        exportIntervalMillis: config.metrics_interval_seconds * 1000,
        metricProducers: [new RegistryMetricProducer(registry)],
      }),
    ],
  });
  const removeSink = log.also(emit);
  const complain = (detail: string): void => localLog.warn('telemetry export', { detail: detail.slice(0, 300) });
  const silent = (): void => {};
  diag.setLogger(
    { error: complain, warn: complain, info: silent, debug: silent, verbose: silent },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
  return async () => {
    removeSink();
    const flushed = sdk.shutdown().catch(() => {}); // the receiver may be gone; what it missed is lost
    await Promise.race([flushed, sleep(FLUSH_TIMEOUT_MS, undefined, { ref: false })]);
    diag.disable();
  };
}

function emit({ atMs, level, message, fields }: LogRecord): void {
  logs.getLogger('cnapp-slo').emit({
    timestamp: atMs,
    severityNumber: SEVERITY[level],
    severityText: level.toUpperCase(),
    body: message,
    attributes: { ...fields },
  });
}
