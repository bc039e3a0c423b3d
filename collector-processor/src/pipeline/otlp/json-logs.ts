import type { Json, JsonObject } from '@cnapp-slo/model';
import { JsonRecord, readJsonRequest } from './json-record.ts';
import { anyValue, attributesField, enumField, idField, objectField, textField, timeField } from './json-value.ts';
import type { BodyKind, LogRecordView, ReadResult } from './record-view.ts';

const frame = { resources: 'resourceLogs', scopes: 'scopeLogs', records: 'logRecords' };
const severities = [
  'UNSPECIFIED',
  ...['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'].flatMap((name) => [name, `${name}2`, `${name}3`, `${name}4`]),
];

/** Reads an ExportLogsServiceRequest in OTLP/JSON. `visit` gets every record in order. */
export function readLogsJson(bytes: Uint8Array, visit: (record: LogRecordView) => void): ReadResult {
  const record = new JsonLogRecord();
  return readJsonRequest(bytes, frame, record, (object, tally) => {
    record.read(object);
    tally.records++;
    visit(record);
  });
}

class JsonLogRecord extends JsonRecord implements LogRecordView {
  timeMs: number | undefined;
  observedMs: number | undefined;
  severityNumber = 0;
  severityText = '';
  eventName = '';
  traceId: string | undefined;
  spanId: string | undefined;
  bodyKind: BodyKind = 'none';
  #body: Json = null;

  read(object: JsonObject): void {
    this.timeMs = timeField(object, 'timeUnixNano');
    this.observedMs = timeField(object, 'observedTimeUnixNano');
    this.severityNumber = enumField(object, 'severityNumber', 'SEVERITY_NUMBER_', severities);
    this.severityText = textField(object, 'severityText');
    this.eventName = textField(object, 'eventName');
    this.traceId = idField(object, 'traceId', 16);
    this.spanId = idField(object, 'spanId', 8);
    this.own = attributesField(object);
    const body = objectField(object, 'body');
    this.#body = anyValue(body);
    this.bodyKind = bodyKindOf(body, this.#body);
  }

  get bodyFirstByte(): number {
    return this.bodyBytes()[0] ?? -1;
  }

  bodyHasQuote(): boolean {
    return this.bodyText().includes('"');
  }

  bodyBytes(): Uint8Array {
    if (this.bodyKind === 'bytes') return Buffer.from(String(this.#body), 'base64');
    return Buffer.from(this.bodyText());
  }

  bodyText(): string {
    if (this.bodyKind === 'bytes') return Buffer.from(String(this.#body), 'base64').toString('utf8');
    return this.bodyKind === 'string' ? String(this.#body) : '';
  }

  bodyJson(): Json {
    return this.#body;
  }
}

function bodyKindOf(body: JsonObject | undefined, value: Json): BodyKind {
  if (value === null) return 'none';
  if (typeof body?.stringValue === 'string') return 'string';
  return typeof body?.bytesValue === 'string' ? 'bytes' : 'value';
}
