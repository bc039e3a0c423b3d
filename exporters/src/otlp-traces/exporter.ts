import type { Component, Transition, TransitionFeed } from '@cnapp-slo/model';
import type { Link } from '@opentelemetry/api';
import { SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { hrTime, OtlpDelivery, SCOPE } from '../otlp.ts';
import type { ExporterSettings } from '../ports.ts';
import type { OtlpTracesConfig } from './config.ts';
import { type EpisodeSpan, spansOf } from './spans.ts';

export { type OtlpTracesConfig, parseOtlpTracesConfig } from './config.ts';

const BATCH_SPANS = 512;
/** A link needs a span id; the event's is not kept, and all zeros says so. */
const UNKNOWN_SPAN_ID = '0'.repeat(16);

/** Sends each live episode as one OTLP trace: a span per clock segment as it completes, the root when it closes. */
export class OtlpTracesExporter implements Component {
  readonly name = 'otlp-traces';
  private readonly feed: TransitionFeed;
  private readonly delivery: OtlpDelivery<EpisodeSpan, ReadableSpan>;
  private unsubscribe: () => void = () => {};

  constructor(config: OtlpTracesConfig, feed: TransitionFeed, settings: ExporterSettings) {
    this.feed = feed;
    this.delivery = new OtlpDelivery(
      {
        exporter: this.name,
        section: config,
        open: async (client) => new (await import('@opentelemetry/exporter-trace-otlp-grpc')).OTLPTraceExporter(client),
        readable,
        maxItems: config.max_queue_spans,
        batchItems: BATCH_SPANS,
      },
      settings,
    );
  }

  async start(): Promise<void> {
    this.unsubscribe = this.feed.subscribe((transitions) => {
      const spans = transitions.filter(isLive).flatMap(spansOf);
      if (spans.length > 0) this.delivery.offer(spans);
    });
  }

  stop(): Promise<void> {
    this.unsubscribe();
    return this.delivery.stop();
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
