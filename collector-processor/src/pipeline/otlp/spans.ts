import { maxDepth } from './any-value.ts';
import { AttributeIndex } from './attribute-index.ts';
import { ProtoRecord, readRequest, type Tally } from './proto-record.ts';
import type { Attributes, ReadResult, SpanEvent, SpanLink, SpanView } from './record-view.ts';
import { fieldSet } from './wire.ts';

const spanFields = fieldSet(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16);
const statusFields = fieldSet(2, 3);
const eventFields = fieldSet(1, 2, 3, 4);
const linkFields = fieldSet(1, 2, 3, 4, 5, 6);

/** Reads an ExportTraceServiceRequest (or TracesData: the same bytes). `visit` gets every span in order. */
export function readSpans(bytes: Uint8Array, visit: (span: SpanView) => void): ReadResult {
  return readRequest(
    bytes,
    (wire) => new ProtoSpan(wire),
    (span, end, tally) => span.read(end, tally) && visit(span),
  );
}

class ProtoSpan extends ProtoRecord implements SpanView {
  traceId: string | undefined;
  spanId: string | undefined;
  parentSpanId: string | undefined;
  name = '';
  kind = 0;
  startMs: number | undefined;
  endMs: number | undefined;
  statusCode = 0;
  statusMessage = '';
  traceState = '';
  #links: SpanLink[] = [];
  #events: SpanEvent[] = [];
  #shallow = true;

  read(end: number, tally: Tally): boolean {
    const { wire } = this;
    this.#reset();
    while (wire.pos < end) {
      const tag = wire.tag(end);
      switch (tag) {
        case 0x30: // kind
          this.kind = wire.int32(end);
          break;
        case 0x39: // start_time_unix_nano
          this.startMs = wire.timeMs(end);
          break;
        case 0x41: // end_time_unix_nano
          this.endMs = wire.timeMs(end);
          break;
        case 0x50: // dropped_attributes_count
        case 0x60: // dropped_events_count
        case 0x70: // dropped_links_count
          wire.int32(end);
          break;
        case 0x85: // flags
          wire.take(4, end);
          break;
        default:
          if ((tag & 7) === 2) {
            const stop = wire.lengthEnd(end);
            this.#readField(tag, stop);
            wire.pos = stop;
          } else wire.skip(tag, end, spanFields);
      }
    }
    if (this.#shallow) tally.records++;
    else tally.reject(`nested deeper than ${maxDepth} levels`);
    return this.#shallow;
  }

  links(): SpanLink[] {
    return this.#links;
  }

  events(): SpanEvent[] {
    return this.#events;
  }

  /** A length-delimited field between the position and `end`. */
  #readField(tag: number, end: number): void {
    const { wire } = this;
    switch (tag) {
      case 0x0a:
        this.traceId = this.traceIdAt(wire.pos, end);
        break;
      case 0x12:
        this.spanId = this.idAt(wire.pos, end, 8);
        break;
      case 0x22:
        this.parentSpanId = this.idAt(wire.pos, end, 8);
        break;
      case 0x2a:
        this.name = wire.text(wire.pos, end);
        break;
      case 0x4a: // attributes
        this.#shallow = this.index.add(end) && this.#shallow;
        break;
      case 0x5a:
        this.#events.push(this.#readEvent(end));
        break;
      case 0x6a:
        this.#links.push(this.#readLink(end));
        break;
      case 0x7a:
        this.#readStatus(end);
        break;
      case 0x1a:
        this.traceState = wire.text(wire.pos, end);
        break;
      default:
        if (tag >>> 3 <= 16) wire.fail('wire_type', `field ${tag >>> 3} has wire type 2`);
    }
  }

  #readStatus(end: number): void {
    const { wire } = this;
    while (wire.pos < end) {
      const tag = wire.tag(end);
      if (tag === 0x12) {
        const stop = wire.lengthEnd(end);
        this.statusMessage = wire.text(wire.pos, stop);
        wire.pos = stop;
      } else if (tag === 0x18) this.statusCode = wire.int32(end);
      else wire.skip(tag, end, statusFields);
    }
  }

  #readEvent(end: number): SpanEvent {
    const { wire } = this;
    const event: SpanEvent = { name: '', timeMs: undefined, attributes: {} };
    const index = new AttributeIndex(wire);
    while (wire.pos < end) {
      const tag = wire.tag(end);
      if (tag === 0x09) event.timeMs = wire.timeMs(end);
      else if (tag === 0x12) {
        const stop = wire.lengthEnd(end);
        event.name = wire.text(wire.pos, stop);
        wire.pos = stop;
      } else if (tag === 0x1a) this.#shallow = index.add(wire.lengthEnd(end)) && this.#shallow;
      else if (tag === 0x20) wire.int32(end);
      else wire.skip(tag, end, eventFields);
    }
    event.attributes = this.#recordOf(index, end);
    return event;
  }

  #readLink(end: number): SpanLink {
    const { wire } = this;
    const link: SpanLink = { traceId: undefined, spanId: undefined, attributes: {} };
    const index = new AttributeIndex(wire);
    while (wire.pos < end) {
      const tag = wire.tag(end);
      if (tag === 0x22) this.#shallow = index.add(wire.lengthEnd(end)) && this.#shallow;
      else if (tag === 0x28) wire.int32(end);
      else if (tag === 0x35) wire.take(4, end);
      else if (tag === 0x0a || tag === 0x12 || tag === 0x1a) {
        const stop = wire.lengthEnd(end);
        if (tag === 0x0a) link.traceId = this.idAt(wire.pos, stop, 16);
        if (tag === 0x12) link.spanId = this.idAt(wire.pos, stop, 8);
        wire.pos = stop;
      } else wire.skip(tag, end, linkFields);
    }
    link.attributes = this.#recordOf(index, end);
    return link;
  }

  /** Too deep values must not be built: their depth is not bounded by the check. */
  #recordOf(index: AttributeIndex, end: number): Attributes {
    if (!this.#shallow) return {};
    const record = index.toRecord();
    this.wire.pos = end;
    return record;
  }

  #reset(): void {
    this.index.clear();
    this.traceId = undefined;
    this.spanId = undefined;
    this.parentSpanId = undefined;
    this.name = '';
    this.kind = 0;
    this.startMs = undefined;
    this.endMs = undefined;
    this.statusCode = 0;
    this.statusMessage = '';
    this.traceState = '';
    this.#links = [];
    this.#events = [];
    this.#shallow = true;
  }
}
