import type { Component, TransitionFeed } from '@cnapp-slo/model';
import type { Resource } from '@opentelemetry/resources';
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import { hrTime, OtlpDelivery, SCOPE } from '../otlp.ts';
import type { ExporterSettings } from '../ports.ts';
import type { OtlpLogsConfig } from './config.ts';
import { type FindingRecord, recordOf } from './record.ts';

export { type OtlpLogsConfig, parseOtlpLogsConfig } from './config.ts';

const BATCH_RECORDS = 256;

/** Sends every step of every episode as a log record whose body is an OCSF finding. */
export class OtlpLogsExporter implements Component {
  readonly name = 'otlp-logs';
  private readonly feed: TransitionFeed;
  private readonly delivery: OtlpDelivery<FindingRecord, ReadableLogRecord>;
  private unsubscribe: () => void = () => {};

  constructor(config: OtlpLogsConfig, feed: TransitionFeed, settings: ExporterSettings) {
    this.feed = feed;
    this.delivery = new OtlpDelivery(
      {
        exporter: this.name,
        section: config,
        open: async (client) => new (await import('@opentelemetry/exporter-logs-otlp-grpc')).OTLPLogExporter(client),
        readable,
        maxItems: config.max_queue_records,
        batchItems: BATCH_RECORDS,
      },
      settings,
    );
  }

  async start(): Promise<void> {
    this.unsubscribe = this.feed.subscribe((transitions) => this.delivery.offer(transitions.map(recordOf)));
  }

  stop(): Promise<void> {
    this.unsubscribe();
    return this.delivery.stop();
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
