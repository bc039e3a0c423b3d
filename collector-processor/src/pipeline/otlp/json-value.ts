import type { Json, JsonObject } from '@cnapp-slo/model';
import { double, integer, maxDepth, setOwn } from './any-value.ts';
import type { Attributes } from './record-view.ts';

/** A value of the wrong type. Inside a record it rejects that record, outside it makes the payload undecodable. */
export class Malformed extends Error {}

/** The field as an object; null and absent are undefined, as in the protobuf JSON mapping. */
export function objectField(object: JsonObject, name: string): JsonObject | undefined {
  const value = object[name] ?? undefined;
  if (value === undefined || isObject(value)) return value;
  throw new Malformed(`${name} is not an object`);
}

export function listField(object: JsonObject, name: string): Json[] {
  const value = object[name] ?? [];
  if (Array.isArray(value)) return value;
  throw new Malformed(`${name} is not an array`);
}

export function textField(object: JsonObject, name: string): string {
  const value = object[name] ?? '';
  if (typeof value === 'string') return value;
  throw new Malformed(`${name} is not a string`);
}

/** A number, or its decimal text (64-bit integers and non-finite doubles are text in OTLP/JSON); undefined if absent. */
export function numberField(object: JsonObject, name: string): number | undefined {
  const value = object[name] ?? undefined;
  if (value === undefined || typeof value === 'number') return value;
  if (typeof value === 'string' && /^(-?(\d+(\.\d+)?([eE][-+]?\d+)?|Infinity)|NaN)$/.test(value)) return Number(value);
  throw new Malformed(`${name} is not a number`);
}

/** An enum by number, or by name although OTLP/JSON asks for numbers: several exporters write names. */
export function enumField(object: JsonObject, name: string, prefix: string, names: readonly string[]): number {
  const value = object[name];
  if (typeof value !== 'string' || /^\d+$/.test(value)) return numberField(object, name) ?? 0;
  const number = value.startsWith(prefix) ? names.indexOf(value.slice(prefix.length)) : -1;
  if (number < 0) throw new Malformed(`${name} has an unknown name`);
  return number;
}

/** Nanoseconds since the epoch as whole milliseconds; undefined when 0 or absent. */
export function timeField(object: JsonObject, name: string): number | undefined {
  const value = object[name] ?? undefined;
  if (value === undefined) return undefined;
  const ms = typeof value === 'number' ? Math.floor(value / 1e6) : msOfText(value);
  if (!(ms >= 0)) throw new Malformed(`${name} is not a time`);
  return Number(value) === 0 ? undefined : ms;
}

function msOfText(value: Json): number {
  if (typeof value !== 'string' || !/^\d{1,20}$/.test(value)) return Number.NaN;
  return Number(value.slice(0, -6));
}

/**
 * An id as lower-case hex; undefined when it is absent, zero or of another length. OTLP/JSON writes hex; base64, the
 * protobuf JSON mapping that some exporters keep to, is understood as well. Text that is neither is malformed.
 */
export function idField(object: JsonObject, name: string, length: number): string | undefined {
  const text = textField(object, name);
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(text)) throw new Malformed(`${name} is neither hex nor base64`);
  const isHex = text.length === 2 * length && /^[0-9a-fA-F]+$/.test(text);
  const hex = isHex ? text.toLowerCase() : Buffer.from(text, 'base64').toString('hex');
  return hex.length !== 2 * length || /^0+$/.test(hex) ? undefined : hex;
}

/** A KeyValue list as a plain record; a repeated key takes its last value. */
export function attributesField(object: JsonObject, name = 'attributes', depth = 0): Attributes {
  const record: Record<string, Json> = {};
  for (const pair of listField(object, name)) {
    if (!isObject(pair)) throw new Malformed(`${name} has a member that is no object`);
    setOwn(record, textField(pair, 'key'), anyValue(objectField(pair, 'value'), depth + 1));
  }
  return record;
}

/** AnyValue as plain JSON, the same as the protobuf reader gives. */
export function anyValue(value: JsonObject | undefined, depth = 1): Json {
  if (value === undefined) return null;
  if (depth > maxDepth) throw new Malformed(`nested deeper than ${maxDepth} levels`);
  for (const [kind, content] of Object.entries(value)) {
    if (content === null) continue;
    switch (kind) {
      case 'stringValue':
      case 'bytesValue':
        return textField(value, kind);
      case 'boolValue':
        if (typeof content !== 'boolean') throw new Malformed('boolValue is not a boolean');
        return content;
      case 'intValue':
        return integerValue(content);
      case 'doubleValue':
        return double(numberField(value, kind) ?? 0);
      case 'arrayValue':
        return listField(objectField(value, kind) ?? {}, 'values').map((item) => anyValue(memberOf(item), depth + 1));
      case 'kvlistValue':
        return { ...attributesField(objectField(value, kind) ?? {}, 'values', depth) };
    }
  }
  return null;
}

function memberOf(item: Json): JsonObject | undefined {
  if (item === null) return undefined;
  if (isObject(item)) return item;
  throw new Malformed('an array has a member that is no value');
}

function integerValue(value: Json): number | string {
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  if (typeof value === 'string' && /^-?\d{1,20}$/.test(value)) return integer(BigInt(value));
  throw new Malformed('intValue is not an integer');
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
