import type { Component, Transition, TransitionFeed } from '@cnapp-slo/model';
import type { Link } from '@opentelemetry/api';
import { SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { createEmptyMetadata, type OTLPGRPCExporterConfigNode } from '@opentelemetry/otlp-grpc-exporter-base';
import { type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { DeliveryQueue, type ExportResult } from '../delivery-queue.ts';
import { grpcResult, hrTime } from '../otlp.ts';
import type { ExporterSettings } from '../ports.ts';
import type { OtlpTracesConfig } from './config.ts';
import { type EpisodeSpan, spansOf } from './spans.ts';

export { type OtlpTracesConfig, parseOtlpTracesConfig } from './config.ts';

const BATCH_SPANS = 512;
const STOP_TIMEOUT_MS = 2000;
const SCOPE = { name: '@cnapp-slo/exporters' };
/** A link needs a span id; the event's is not kept, and all zeros says so. */
const UNKNOWN_SPAN_ID = '0'.repeat(16);

/** Sends each live episode as one OTLP trace: a span per clock segment as it completes, the root when it closes. */
export class OtlpTracesExporter implements Component {
  readonly name = 'otlp-traces';
  private readonly feed: TransitionFeed;
  private readonly client: OTLPTraceExporter;
  private readonly resource: Resource;
  private readonly queue: DeliveryQueue<EpisodeSpan>;
  private unsubscribe: () => void = () => {};
  private stopped: Promise<void> | undefined;

  constructor(config: OtlpTracesConfig, feed: TransitionFeed, settings: ExporterSettings) {
    this.feed = feed;
    this.resource = resourceFromAttributes({ 'service.name': config.service_name });
    const metadata = createEmptyMetadata();
    for (const [name, value] of Object.entries(config.headers)) metadata.set(name, value);
    this.client = new OTLPTraceExporter({
      url: config.endpoint,
      metadata,
      timeoutMillis: config.timeout,
      compression: config.compression as NonNullable<OTLPGRPCExporterConfigNode['compression']>, // a string enum
    });
    this.queue = new DeliveryQueue(
      {
        exporter: this.name,
        maxItems: config.max_queue_spans,
        batchItems: BATCH_SPANS,
        send: (batch) => this.send(batch),
      },
      settings,
    );
  }

  async start(): Promise<void> {
    this.unsubscribe = this.feed.subscribe((transitions) => {
      const spans = transitions.filter(isLive).flatMap(spansOf);
      if (spans.length > 0) this.queue.offer(spans);
    });
  }

  stop(): Promise<void> {
    this.unsubscribe();
    this.stopped ??= this.queue.stop(STOP_TIMEOUT_MS).then(() => {
      this.client.shutdown().catch(() => {}); // waits for a request that stop has given up on
    });
    return this.stopped;
  }

  private send(batch: readonly EpisodeSpan[]): Promise<ExportResult> {
    const spans = batch.map((span) => readable(span, this.resource));
    return new Promise((resolve) => {
      this.client.export(spans, (result) => resolve(grpcResult(result)));
    });
  }
}

/** History that is imported has no reader waiting for its traces. */
function isLive(transition: Transition): boolean {
  return transition.episode.origin === 'live';
}

function readable(span: EpisodeSpan, resource: Resource): ReadableSpan {
  const contextOf = (spanId: string) => ({ traceId: span.traceId, spanId, traceFlags: TraceFlags.SAMPLED });
  const links: Link[] = span.linkedTraceIds.map((traceId) => ({
    context: { traceId, spanId: UNKNOWN_SPAN_ID, traceFlags: TraceFlags.SAMPLED },
    attributes: { 'cnapp.link': 'source_event' },
  }));
  return {
    name: span.name,
    kind: SpanKind.INTERNAL,
    spanContext: () => contextOf(span.spanId),
    ...(span.parentSpanId !== undefined && { parentSpanContext: contextOf(span.parentSpanId) }),
    startTime: hrTime(span.startMs),
    endTime: hrTime(span.endMs),
    duration: hrTime(span.endMs - span.startMs),
    ended: true,
    status: { code: SpanStatusCode.UNSET },
    attributes: span.attributes,
    links,
    events: [],
    resource,
    instrumentationScope: SCOPE,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}
