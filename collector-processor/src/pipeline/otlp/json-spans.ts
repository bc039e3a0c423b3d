import type { JsonObject } from '@cnapp-slo/model';
import { JsonRecord, membersOf, readJsonRequest } from './json-record.ts';
import { attributesField, enumField, idField, objectField, textField, timeField } from './json-value.ts';
import type { ReadResult, SpanEvent, SpanLink, SpanView } from './record-view.ts';

const frame = { resources: 'resourceSpans', scopes: 'scopeSpans', records: 'spans' };
const spanKinds = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];
const statusCodes = ['UNSET', 'OK', 'ERROR'];

/** Reads an ExportTraceServiceRequest in OTLP/JSON. `visit` gets every span in order. */
export function readSpansJson(bytes: Uint8Array, visit: (span: SpanView) => void): ReadResult {
  const span = new JsonSpan();
  return readJsonRequest(bytes, frame, span, (object, tally) => {
    span.read(object);
    tally.records++;
    visit(span);
  });
}

class JsonSpan extends JsonRecord implements SpanView {
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

  read(object: JsonObject): void {
    const status = objectField(object, 'status') ?? {};
    this.traceId = idField(object, 'traceId', 16);
    this.spanId = idField(object, 'spanId', 8);
    this.parentSpanId = idField(object, 'parentSpanId', 8);
    this.name = textField(object, 'name');
    this.kind = enumField(object, 'kind', 'SPAN_KIND_', spanKinds);
    this.startMs = timeField(object, 'startTimeUnixNano');
    this.endMs = timeField(object, 'endTimeUnixNano');
    this.statusCode = enumField(status, 'code', 'STATUS_CODE_', statusCodes);
    this.statusMessage = textField(status, 'message');
    this.traceState = textField(object, 'traceState');
    this.own = attributesField(object);
    this.#links = membersOf(object, 'links').map(readLink);
    this.#events = membersOf(object, 'events').map(readEvent);
  }

  links(): SpanLink[] {
    return this.#links;
  }

  events(): SpanEvent[] {
    return this.#events;
  }
}

function readLink(link: JsonObject): SpanLink {
  return {
    traceId: idField(link, 'traceId', 16),
    spanId: idField(link, 'spanId', 8),
    attributes: attributesField(link),
  };
}

function readEvent(event: JsonObject): SpanEvent {
  return {
    name: textField(event, 'name'),
    timeMs: timeField(event, 'timeUnixNano'),
    attributes: attributesField(event),
  };
}
