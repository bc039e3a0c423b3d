import type { Json } from '@cnapp-slo/model';
import { fieldSet, type Wire } from './wire.ts';

/**
 * Levels of AnyValue inside each other, in either encoding. Protobuf decoders stop at 100 messages, which are 33 levels of kvlist;
 * Kubernetes objects stay below 20.
 */
export const maxDepth = 64;

// opentelemetry/proto/common/v1/common.proto
const valueFields = fieldSet(1, 2, 3, 4, 5, 6, 7);
const listFields = fieldSet(1);
const pairFields = fieldSet(1, 2);

/** Walks one AnyValue up to `end`. Returns false when it is nested too deeply, with the position at `end` as well. */
export function checkValue(wire: Wire, end: number, depth = 1): boolean {
  let shallow = true;
  while (wire.pos < end) {
    const tag = wire.tag(end);
    switch (tag) {
      case 0x0a: // string_value
      case 0x3a: // bytes_value
        wire.pos = wire.lengthEnd(end);
        break;
      case 0x10: // bool_value
      case 0x18: // int_value
        wire.int32(end);
        break;
      case 0x21: // double_value
        wire.take(8, end);
        break;
      case 0x2a: // array_value
      case 0x32: // kvlist_value
        shallow = checkItems(wire, wire.lengthEnd(end), tag === 0x32, depth) && shallow;
        break;
      default:
        wire.skip(tag, end, valueFields);
    }
  }
  return shallow;
}

function checkItems(wire: Wire, end: number, pairs: boolean, depth: number): boolean {
  if (depth === maxDepth) {
    wire.pos = end;
    return false;
  }
  let shallow = true;
  while (wire.pos < end) {
    const tag = wire.tag(end);
    if (tag !== 0x0a) wire.skip(tag, end, listFields);
    else if (pairs) shallow = checkPair(wire, wire.lengthEnd(end), depth) && shallow;
    else shallow = checkValue(wire, wire.lengthEnd(end), depth + 1) && shallow;
  }
  return shallow;
}

function checkPair(wire: Wire, end: number, depth: number): boolean {
  let shallow = true;
  while (wire.pos < end) {
    const tag = wire.tag(end);
    if (tag === 0x0a) wire.pos = wire.lengthEnd(end);
    else if (tag === 0x12) shallow = checkValue(wire, wire.lengthEnd(end), depth + 1) && shallow;
    else wire.skip(tag, end, pairFields);
  }
  return shallow;
}

/**
 * The AnyValue between `start` and `end`, which `checkValue` has accepted, as JSON. Unset is null, bytes are base64;
 * integers beyond 2^53 and doubles that JSON lacks become strings, as in the protobuf JSON mapping.
 */
export function valueAt(wire: Wire, start: number, end: number): Json {
  let value: Json = null;
  wire.pos = start;
  while (wire.pos < end) {
    const tag = wire.tag(end);
    switch (tag) {
      case 0x0a: {
        const stop = wire.lengthEnd(end);
        value = wire.text(wire.pos, stop);
        wire.pos = stop;
        break;
      }
      case 0x10:
        value = wire.int32(end) !== 0;
        break;
      case 0x18:
        value = (wire.bytes[wire.pos] as number) < 0x80 ? wire.int32(end) : integer(wire.int64(end));
        break;
      case 0x21:
        value = double(wire.double(end));
        break;
      case 0x2a:
        value = listAt(wire, wire.lengthEnd(end));
        break;
      case 0x32:
        value = kvlistAt(wire, wire.lengthEnd(end));
        break;
      case 0x3a: {
        const stop = wire.lengthEnd(end);
        value = wire.bytes.toString('base64', wire.pos, stop);
        wire.pos = stop;
        break;
      }
      default:
        wire.skip(tag, end, 0);
    }
  }
  return value;
}

function listAt(wire: Wire, end: number): Json[] {
  const list: Json[] = [];
  while (wire.pos < end) {
    const tag = wire.tag(end);
    if (tag === 0x0a) {
      const stop = wire.lengthEnd(end);
      list.push(valueAt(wire, wire.pos, stop));
    } else wire.skip(tag, end, 0);
  }
  return list;
}

function kvlistAt(wire: Wire, end: number): Record<string, Json> {
  const record: Record<string, Json> = {};
  while (wire.pos < end) {
    const tag = wire.tag(end);
    if (tag === 0x0a) pairAt(wire, wire.lengthEnd(end), record);
    else wire.skip(tag, end, 0);
  }
  return record;
}

function pairAt(wire: Wire, end: number, record: Record<string, Json>): void {
  let key = '';
  let value: Json = null;
  while (wire.pos < end) {
    const tag = wire.tag(end);
    const field = tag === 0x0a || tag === 0x12;
    if (!field) {
      wire.skip(tag, end, 0);
      continue;
    }
    const stop = wire.lengthEnd(end);
    if (tag === 0x0a) key = wire.text(wire.pos, stop);
    else value = valueAt(wire, wire.pos, stop);
    wire.pos = stop;
  }
  setOwn(record, key, value);
}

/** Assigns as JSON.parse does: `__proto__` is a key like any other. */
export function setOwn(record: Record<string, Json>, key: string, value: Json): void {
  if (key === '__proto__')
    Object.defineProperty(record, key, { value, enumerable: true, writable: true, configurable: true });
  else record[key] = value;
}

/** A 64-bit integer as a number, or as decimal text where a number would lose digits. */
export function integer(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value.toString();
}

/** A double, with JSON's missing values as text (`NaN`, `Infinity`, `-Infinity`). */
export function double(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}
