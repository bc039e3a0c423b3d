import type { Json } from '@cnapp-slo/model';
import { maxDepth } from './any-value.ts';
import { AttributeIndex } from './attribute-index.ts';
import type { Attributes, ReadResult, RecordView } from './record-view.ts';
import { internResource } from './resource-cache.ts';
import { fieldSet, Undecodable, Wire } from './wire.ts';

const requestFields = fieldSet(1);
const groupFields = fieldSet(1, 2, 3);
const resourceFields = fieldSet(1);
const scopeFields = fieldSet(1, 2, 3);
const TRACE_BYTES = 16;
const noAttributes: Attributes = Object.freeze({});

/** What was read of a payload so far. */
export class Tally {
  records = 0;
  rejected = 0;
  message: string | undefined;

  reject(reason: string): void {
    this.message ??= `record ${this.records + this.rejected}: ${reason}`;
    this.rejected++;
  }

  result(): ReadResult {
    const { records, rejected, message } = this;
    return { ok: true, records, rejected, ...(message === undefined ? {} : { message }) };
  }
}

/** The parts of a record view that logs, spans and data points share. */
export class ProtoRecord implements RecordView {
  readonly wire: Wire;
  readonly index: AttributeIndex;
  resource: Attributes = noAttributes;
  scopeName = '';
  scopeVersion = '';
  byteLength = 0;
  place = 0;
  /** Where the trace id that was read last is, and what it says. */
  #traceAt = -1;
  #trace: string | undefined;

  constructor(wire: Wire) {
    this.wire = wire;
    this.index = new AttributeIndex(wire);
  }

  attributes(): Attributes {
    return this.index.toRecord();
  }

  attribute(name: string): Json | undefined {
    return this.index.get(name);
  }

  /** Records that follow each other are often of one trace: its id is written as hex once. */
  protected traceIdAt(start: number, end: number): string | undefined {
    if (end - start !== TRACE_BYTES) return undefined;
    const { bytes } = this.wire;
    const last = this.#traceAt;
    let same = last < 0 ? -1 : 0;
    while (same >= 0 && same < TRACE_BYTES && bytes[last + same] === bytes[start + same]) same += 1;
    if (same === TRACE_BYTES) return this.#trace;
    this.#traceAt = start;
    this.#trace = this.idAt(start, end, TRACE_BYTES);
    return this.#trace;
  }

  /** An id as hex, undefined unless it has `length` bytes that are not all zero. */
  protected idAt(start: number, end: number, length: number): string | undefined {
    if (end - start !== length) return undefined;
    const hex = this.wire.bytes.toString('hex', start, end);
    return /^0+$/.test(hex) ? undefined : hex;
  }
}

/**
 * Walks an export request. Requests of the three signals have the same frame (the field numbers of
 * collector/{logs,trace,metrics}/v1): resource groups (1) with a resource (1) and scope groups (2), those with a scope
 * (1) and records (2). `read` gets each record with the position at its start.
 */
export function readRequest<R extends ProtoRecord>(
  bytes: Uint8Array,
  makeRecord: (wire: Wire) => R,
  read: (record: R, end: number, tally: Tally) => void,
): ReadResult {
  const wire = new Wire(bytes);
  const record = makeRecord(wire);
  const tally = new Tally();
  try {
    const end = wire.bytes.length;
    while (wire.pos < end) {
      const tag = wire.tag(end);
      if (tag === 0x0a) readGroup(record, wire.lengthEnd(end), readResource, (stop) => readScopeGroup(stop));
      else wire.skip(tag, end, requestFields);
    }
    return tally.result();
  } catch (error) {
    if (error instanceof Undecodable) return { ok: false, code: error.code, message: error.message };
    throw error;
  }

  function readScopeGroup(end: number): void {
    readGroup(record, end, readScope, (stop) => {
      record.byteLength = stop - wire.pos;
      record.place = wire.pos;
      read(record, stop, tally);
    });
  }
}

/** The head (field 1) of a group may stand after its members (field 2): look for it first. The last one wins. */
function readGroup(
  record: ProtoRecord,
  end: number,
  readHead: (record: ProtoRecord, end: number) => void,
  readMember: (end: number) => void,
): void {
  const { wire } = record;
  const start = wire.pos;
  let headStart = start;
  let headEnd = start;
  while (wire.pos < end) {
    const tag = wire.tag(end);
    if (tag !== 0x0a && tag !== 0x12 && tag !== 0x1a) {
      wire.skip(tag, end, groupFields);
      continue;
    }
    const stop = wire.lengthEnd(end);
    if (tag === 0x0a) {
      headStart = wire.pos;
      headEnd = stop;
    }
    wire.pos = stop;
  }
  wire.pos = headStart;
  readHead(record, headEnd);

  wire.pos = start;
  while (wire.pos < end) {
    const tag = wire.tag(end);
    if ((tag & 7) !== 2) {
      wire.skip(tag, end, groupFields);
      continue;
    }
    const stop = wire.lengthEnd(end);
    if (tag === 0x12) readMember(stop);
    wire.pos = stop;
  }
}

function readResource(record: ProtoRecord, end: number): void {
  const { wire } = record;
  record.resource = internResource(wire, end, () => {
    const index = new AttributeIndex(wire);
    while (wire.pos < end) {
      const tag = wire.tag(end);
      if (tag === 0x0a) {
        if (!index.add(wire.lengthEnd(end))) wire.fail('too_deep', `a resource attribute has over ${maxDepth} levels`);
      } else wire.skip(tag, end, resourceFields);
    }
    return index.toRecord();
  });
}

function readScope(record: ProtoRecord, end: number): void {
  const { wire } = record;
  record.scopeName = '';
  record.scopeVersion = '';
  record.index.clear(); // borrowed to check the scope's attributes; each record starts with an empty one
  while (wire.pos < end) {
    const tag = wire.tag(end);
    if (tag !== 0x0a && tag !== 0x12 && tag !== 0x1a) {
      wire.skip(tag, end, scopeFields);
      continue;
    }
    const stop = wire.lengthEnd(end);
    if (tag === 0x0a) record.scopeName = wire.text(wire.pos, stop);
    else if (tag === 0x12) record.scopeVersion = wire.text(wire.pos, stop);
    else if (!record.index.add(stop)) wire.fail('too_deep', `a scope attribute has over ${maxDepth} levels`);
    wire.pos = stop;
  }
}
