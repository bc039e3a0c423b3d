import type { Json } from '@cnapp-slo/model';
import { checkValue, maxDepth, valueAt } from './any-value.ts';
import { ProtoRecord, readRequest, type Tally } from './proto-record.ts';
import type { BodyKind, LogRecordView, ReadResult } from './record-view.ts';
import { fieldSet } from './wire.ts';

const recordFields = fieldSet(1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12);
const noBytes = new Uint8Array(0);
const QUOTE = 0x22;

/** Reads an ExportLogsServiceRequest (or LogsData: the same bytes). `visit` gets every record in order. */
export function readLogs(bytes: Uint8Array, visit: (record: LogRecordView) => void): ReadResult {
  return readRequest(
    bytes,
    (wire) => new ProtoLogRecord(wire),
    (record, end, tally) => record.read(end, tally) && visit(record),
  );
}

class ProtoLogRecord extends ProtoRecord implements LogRecordView {
  severityNumber = 0;
  bodyKind: BodyKind = 'none';
  /** Places of the two times; -1 when absent. */
  #timeAt = -1;
  #observedAt = -1;
  #bodyStart = 0;
  #bodyEnd = 0;
  /** Content of a string or bytes body. */
  #contentStart = 0;
  #contentEnd = 0;
  #severityStart = 0;
  #severityEnd = 0;
  #eventNameStart = 0;
  #eventNameEnd = 0;
  #traceStart = 0;
  #traceEnd = 0;
  #spanStart = 0;
  #spanEnd = 0;
  /** The first quote of the payload that is not before the last body it was looked for in. */
  #quoteAt = -1;

  /** True when the record can be visited. */
  read(end: number, tally: Tally): boolean {
    const { wire } = this;
    this.#reset();
    let shallow = true;
    while (wire.pos < end) {
      const tag = wire.tag(end);
      switch (tag) {
        case 0x09: // time_unix_nano
          this.#timeAt = wire.take(8, end);
          break;
        case 0x59: // observed_time_unix_nano
          this.#observedAt = wire.take(8, end);
          break;
        case 0x10: // severity_number
          this.severityNumber = wire.int32(end);
          break;
        case 0x38: // dropped_attributes_count
          wire.int32(end);
          break;
        case 0x45: // flags
          wire.take(4, end);
          break;
        case 0x1a: // severity_text
          this.#severityEnd = wire.lengthEnd(end);
          this.#severityStart = wire.pos;
          wire.pos = this.#severityEnd;
          break;
        case 0x2a: // body
          shallow = this.#readBody(wire.lengthEnd(end)) && shallow;
          break;
        case 0x32: // attributes
          shallow = this.index.add(wire.lengthEnd(end)) && shallow;
          break;
        case 0x4a: // trace_id
          this.#traceEnd = wire.lengthEnd(end);
          this.#traceStart = wire.pos;
          wire.pos = this.#traceEnd;
          break;
        case 0x52: // span_id
          this.#spanEnd = wire.lengthEnd(end);
          this.#spanStart = wire.pos;
          wire.pos = this.#spanEnd;
          break;
        case 0x62: // event_name
          this.#eventNameEnd = wire.lengthEnd(end);
          this.#eventNameStart = wire.pos;
          wire.pos = this.#eventNameEnd;
          break;
        default:
          wire.skip(tag, end, recordFields);
      }
    }
    if (shallow) tally.records++;
    else tally.reject(`nested deeper than ${maxDepth} levels`);
    return shallow;
  }

  get timeMs(): number | undefined {
    return this.#timeAt < 0 ? undefined : this.wire.timeMsAt(this.#timeAt);
  }

  get observedMs(): number | undefined {
    return this.#observedAt < 0 ? undefined : this.wire.timeMsAt(this.#observedAt);
  }

  get severityText(): string {
    return this.wire.text(this.#severityStart, this.#severityEnd);
  }

  get eventName(): string {
    return this.wire.text(this.#eventNameStart, this.#eventNameEnd);
  }

  get traceId(): string | undefined {
    return this.traceIdAt(this.#traceStart, this.#traceEnd);
  }

  get spanId(): string | undefined {
    return this.idAt(this.#spanStart, this.#spanEnd, 8);
  }

  get bodyFirstByte(): number {
    return this.#contentStart === this.#contentEnd ? -1 : (this.wire.bytes[this.#contentStart] as number);
  }

  /** One search over the payload serves the bodies that it passes over. */
  bodyHasQuote(): boolean {
    if (this.#quoteAt < this.#contentStart) {
      const at = this.wire.bytes.indexOf(QUOTE, this.#contentStart);
      this.#quoteAt = at < 0 ? Number.POSITIVE_INFINITY : at;
    }
    return this.#quoteAt < this.#contentEnd;
  }

  bodyBytes(): Uint8Array {
    return this.#contentStart === this.#contentEnd
      ? noBytes
      : this.wire.bytes.subarray(this.#contentStart, this.#contentEnd);
  }

  bodyText(): string {
    return this.wire.text(this.#contentStart, this.#contentEnd);
  }

  bodyJson(): Json {
    return valueAt(this.wire, this.#bodyStart, this.#bodyEnd);
  }

  #readBody(end: number): boolean {
    const { wire } = this;
    this.#bodyStart = wire.pos;
    this.#bodyEnd = end;
    this.#contentStart = this.#contentEnd = 0;
    this.bodyKind = 'none';
    if (wire.pos === end) return true;
    // A string is nearly always the only field: look at the first tag, check the rest.
    const tag = wire.tag(end);
    this.bodyKind = tag === 0x0a ? 'string' : tag === 0x3a ? 'bytes' : 'value';
    if (this.bodyKind !== 'value') {
      this.#contentEnd = wire.lengthEnd(end);
      this.#contentStart = wire.pos;
    }
    wire.pos = this.#bodyStart;
    return checkValue(wire, end);
  }

  #reset(): void {
    this.index.clear();
    this.#timeAt = this.#observedAt = -1;
    this.severityNumber = 0;
    this.bodyKind = 'none';
    this.#bodyStart = this.#bodyEnd = 0;
    this.#contentStart = this.#contentEnd = 0;
    this.#severityStart = this.#severityEnd = 0;
    this.#eventNameStart = this.#eventNameEnd = 0;
    this.#traceStart = this.#traceEnd = 0;
    this.#spanStart = this.#spanEnd = 0;
  }
}
