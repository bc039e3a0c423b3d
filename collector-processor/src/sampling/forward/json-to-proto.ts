import type { Json, JsonObject } from '@cnapp-slo/model';
import { lengthDelimited, varint } from './rewrite-proto.ts';

/**
 * An OTLP/JSON export request (as `rewriteJson` leaves it) in protobuf, for gRPC. Field names and numbers are those of
 * opentelemetry-proto v1.9; fields that are not in the table are left out.
 */
type FieldKind = 'text' | 'bytes' | 'base64' | 'uint' | 'fixed64' | 'fixed32' | 'double' | 'bool' | Shape;
interface Shape {
  [name: string]: readonly [number: number, kind: FieldKind];
}

const anyValue: Shape = {
  stringValue: [1, 'text'],
  boolValue: [2, 'bool'],
  intValue: [3, 'uint'],
  doubleValue: [4, 'double'],
  bytesValue: [7, 'base64'],
};
const attribute: Shape = { key: [1, 'text'], value: [2, anyValue] };
Object.assign(anyValue, {
  arrayValue: [5, { values: [1, anyValue] }],
  kvlistValue: [6, { values: [1, attribute] }],
});
const resource: Shape = { attributes: [1, attribute], droppedAttributesCount: [2, 'uint'] };
const scope: Shape = { name: [1, 'text'], version: [2, 'text'], attributes: [3, attribute] };
const log: Shape = {
  timeUnixNano: [1, 'fixed64'],
  severityNumber: [2, 'uint'],
  severityText: [3, 'text'],
  body: [5, anyValue],
  attributes: [6, attribute],
  droppedAttributesCount: [7, 'uint'],
  flags: [8, 'fixed32'],
  traceId: [9, 'bytes'],
  spanId: [10, 'bytes'],
  observedTimeUnixNano: [11, 'fixed64'],
  eventName: [12, 'text'],
};
const span: Shape = {
  traceId: [1, 'bytes'],
  spanId: [2, 'bytes'],
  traceState: [3, 'text'],
  parentSpanId: [4, 'bytes'],
  name: [5, 'text'],
  kind: [6, 'uint'],
  startTimeUnixNano: [7, 'fixed64'],
  endTimeUnixNano: [8, 'fixed64'],
  attributes: [9, attribute],
  droppedAttributesCount: [10, 'uint'],
  events: [11, { timeUnixNano: [1, 'fixed64'], name: [2, 'text'], attributes: [3, attribute] }],
  droppedEventsCount: [12, 'uint'],
  links: [13, { traceId: [1, 'bytes'], spanId: [2, 'bytes'], traceState: [3, 'text'], attributes: [4, attribute] }],
  droppedLinksCount: [14, 'uint'],
  status: [15, { message: [2, 'text'], code: [3, 'uint'] }],
  flags: [16, 'fixed32'],
};
const request: Record<'logs' | 'traces', Shape> = {
  logs: { resourceLogs: [1, { resource: [1, resource], scopeLogs: [2, { scope: [1, scope], logRecords: [2, log] }] }] },
  traces: { resourceSpans: [1, { resource: [1, resource], scopeSpans: [2, { scope: [1, scope], spans: [2, span] }] }] },
};

export function jsonToProto(json: Uint8Array, signal: 'logs' | 'traces'): Buffer {
  return message(JSON.parse(Buffer.from(json).toString('utf8')) as JsonObject, request[signal]);
}

function message(object: JsonObject, shape: Shape): Buffer {
  const parts: Buffer[] = [];
  for (const [name, [number, kind]] of Object.entries(shape)) {
    const value = object[name];
    if (value === undefined || value === null) continue;
    for (const one of Array.isArray(value) ? value : [value]) parts.push(field(number, kind, one));
  }
  return Buffer.concat(parts);
}

function field(number: number, kind: FieldKind, value: Json): Buffer {
  const delimited = (content: Buffer): Buffer => lengthDelimited((number << 3) | 2, content);
  if (typeof kind === 'object') return delimited(message(value as JsonObject, kind));
  switch (kind) {
    case 'text':
      return delimited(Buffer.from(String(value)));
    case 'bytes':
      return delimited(Buffer.from(String(value), 'hex'));
    case 'base64':
      return delimited(Buffer.from(String(value), 'base64'));
    case 'bool':
      return Buffer.concat([varint(number << 3), varint(value === true ? 1 : 0)]);
    case 'uint':
      return Buffer.concat([varint(number << 3), bigVarint(whole(value))]);
    case 'double':
      return fixed(number, 1, 8, (buffer) => buffer.writeDoubleLE(Number(value)));
    case 'fixed32':
      return fixed(number, 5, 4, (buffer) => buffer.writeUInt32LE(Number(value) >>> 0));
    case 'fixed64':
      return fixed(number, 1, 8, (buffer) => buffer.writeBigUInt64LE(whole(value)));
  }
}

function fixed(number: number, wireType: number, bytes: number, write: (buffer: Buffer) => void): Buffer {
  const content = Buffer.alloc(bytes);
  write(content);
  return Buffer.concat([varint((number << 3) | wireType), content]);
}

/** 64 bits, negative numbers in two's complement; what is no number, such as an enum's name, is 0. */
function whole(value: Json): bigint {
  const text = String(value);
  return /^-?\d+$/.test(text) ? BigInt.asUintN(64, BigInt(text)) : 0n;
}

function bigVarint(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80n) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  return Buffer.from([...bytes, Number(rest)]);
}
