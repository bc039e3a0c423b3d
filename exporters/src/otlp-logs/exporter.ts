import type { Component, TransitionFeed } from '@cnapp-slo/model';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-grpc';
import { createEmptyMetadata, type OTLPGRPCExporterConfigNode } from '@opentelemetry/otlp-grpc-exporter-base';
import { type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import { DeliveryQueue, type ExportResult } from '../delivery-queue.ts';
import { grpcResult, hrTime } from '../otlp.ts';
import type { ExporterSettings } from '../ports.ts';
import type { OtlpLogsConfig } from './config.ts';
import { type FindingRecord, recordOf } from './record.ts';

export { type OtlpLogsConfig, parseOtlpLogsConfig } from './config.ts';

const BATCH_RECORDS = 256;
const STOP_TIMEOUT_MS = 2000;
const SCOPE = { name: '@cnapp-slo/exporters' };

/** Sends every step of every episode as a log record whose body is an OCSF finding. */
export class OtlpLogsExporter implements Component {
  readonly name = 'otlp-logs';
  private readonly feed: TransitionFeed;
  private readonly client: OTLPLogExporter;
  private readonly resource: Resource;
  private readonly queue: DeliveryQueue<FindingRecord>;
  private unsubscribe: () => void = () => {};
  private stopped: Promise<void> | undefined;

  constructor(config: OtlpLogsConfig, feed: TransitionFeed, settings: ExporterSettings) {
    this.feed = feed;
    this.resource = resourceFromAttributes({ 'service.name': config.service_name });
    const metadata = createEmptyMetadata();
    for (const [name, value] of Object.entries(config.headers)) metadata.set(name, value);
    this.client = new OTLPLogExporter({
      url: config.endpoint,
      metadata,
      timeoutMillis: config.timeout,
      compression: config.compression as NonNullable<OTLPGRPCExporterConfigNode['compression']>, // a string enum
    });
    this.queue = new DeliveryQueue(
      {
        exporter: this.name,
        maxItems: config.max_queue_records,
        batchItems: BATCH_RECORDS,
        send: (batch) => this.send(batch),
      },
      settings,
    );
  }

  async start(): Promise<void> {
    this.unsubscribe = this.feed.subscribe((transitions) => this.queue.offer(transitions.map(recordOf)));
  }

  stop(): Promise<void> {
    this.unsubscribe();
    this.stopped ??= this.queue.stop(STOP_TIMEOUT_MS).then(() => {
      this.client.shutdown().catch(() => {}); // waits for a request that stop has given up on
    });
    return this.stopped;
  }

  private send(batch: readonly FindingRecord[]): Promise<ExportResult> {
    const records = batch.map((record) => readable(record, this.resource));
    return new Promise((resolve) => {
      this.client.export(records, (result) => resolve(grpcResult(result)));
    });
  }
}

function readable(record: FindingRecord, resource: Resource): ReadableLogRecord {
  return {
    hrTime: hrTime(record.atMs),
    hrTimeObserved: hrTime(record.atMs),
    severityNumber: record.severityNumber,
    severityText: record.severityText,
    eventName: record.eventName,
    body: record.body,
    attributes: record.attributes,
    resource,
    instrumentationScope: SCOPE,
    droppedAttributesCount: 0,
  };
}
