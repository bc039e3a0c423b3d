/**
 * `tracestate` (W3C Trace Context) and OpenTelemetry's part in it, `ot=th:…;rv:…`. What is wrong in one field does not
 * spoil the others. Equal to the Go reference, see `threshold.ts`.
 */
import { decodeRandomness, decodeThreshold, encodeThreshold } from './threshold.ts';

export type TraceStateError = 'size' | 'syntax' | 'empty';
export type KeyValue = readonly [key: string, value: string];

/** A value with its text as it arrived, which is passed on unchanged. `value` has 14 hexadecimal digits. */
export interface Written {
  text: string;
  value: string;
}

export interface OtelState {
  rv: Written | null;
  th: Written | null;
  /** Fields of others, in order. */
  extra: readonly KeyValue[];
}

export interface TraceState {
  ot: OtelState;
  /** Members of other vendors, in order. */
  extra: readonly KeyValue[];
}

export interface Parsed<T> {
  state: T;
  /** Empty: everything was understood. */
  errors: readonly TraceStateError[];
}

const EMPTY_OTEL: OtelState = { rv: null, th: null, extra: [] };
const MAX_BYTES = { otel: 256, w3c: 1024, key: 256, tenant: 241, system: 14, value: 256 };
/** W3C allows 32 list members; the reference stops at the 32nd. */
const MAX_MEMBERS = 32;

const OTEL_MEMBER = /^[a-z][a-z0-9]*:[A-Za-z0-9._-]*$/;
const W3C_MEMBER =
  /^(?:[a-z][a-z0-9_\-*/]*|[a-z0-9][a-z0-9_\-*/]*@[a-z][a-z0-9_\-*/]*)=[\x20-\x2b\x2d-\x3c\x3e-\x7e]*[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/;

/** The value of the `ot` member. */
export function parseOtelState(text: string): Parsed<OtelState> {
  if (byteLength(text) > MAX_BYTES.otel) return { state: EMPTY_OTEL, errors: ['size'] };
  const members = text.split(';');
  if (!members.every((member) => OTEL_MEMBER.test(member))) return { state: EMPTY_OTEL, errors: ['syntax'] };
  const errors: TraceStateError[] = [];
  let rv: Written | null = null;
  let th: Written | null = null;
  const extra: KeyValue[] = [];
  for (const member of members) {
    const [key, value] = cut(member, ':');
    if (key !== 'rv' && key !== 'th') {
      extra.push([key, value]);
      continue;
    }
    const decoded = key === 'rv' ? decodeRandomness(value) : decodeThreshold(value);
    const written = decoded.ok ? { text: value, value: decoded.value } : null;
    if (!decoded.ok) errors.push(decoded.code);
    if (key === 'rv') rv = written;
    else th = written;
  }
  return { state: { rv, th, extra }, errors };
}

export function serializeOtelState({ rv, th, extra }: OtelState): string {
  return [
    ...(rv ? [`rv:${rv.text}`] : []),
    ...(th ? [`th:${th.text}`] : []),
    ...extra.map(([key, value]) => `${key}:${value}`),
  ].join(';');
}

/** A whole `tracestate` header; empty text is an empty state. */
export function parseTraceState(text: string): Parsed<TraceState> {
  const empty: TraceState = { ot: EMPTY_OTEL, extra: [] };
  if (byteLength(text) > MAX_BYTES.w3c) return { state: empty, errors: ['size'] };
  // As the reference splits: nothing follows a last comma.
  const members = text
    .replace(/,$/, '')
    .split(',')
    .map((member) => member.replace(/^[ \t]+|[ \t]+$/g, ''));
  if (!members.every((member) => member === '' || isMember(member))) return { state: empty, errors: ['syntax'] };
  const errors: TraceStateError[] = [];
  let ot = EMPTY_OTEL;
  const extra: KeyValue[] = [];
  for (const [index, member] of members.entries()) {
    if (index + 1 >= MAX_MEMBERS) return { state: { ot, extra }, errors: ['size'] };
    if (member === '') continue;
    const [key, value] = cut(member, '=');
    if (isTooLong(key)) errors.push('size');
    else if (key === 'ot') {
      const parsed = parseOtelState(value);
      ot = parsed.state;
      errors.push(...parsed.errors);
    } else extra.push([key, value]);
  }
  return { state: { ot, extra }, errors };
}

export function serializeTraceState({ ot, extra }: TraceState): string {
  const own = serializeOtelState(ot);
  return [...(own === '' ? [] : [`ot=${own}`]), ...extra.map(([key, value]) => `${key}=${value}`)].join(',');
}

/** Says that the item was sampled with a threshold. Null where a higher one is there: a probability cannot rise again. */
export function withThreshold(state: OtelState, threshold: string): OtelState | null {
  if (state.th && state.th.value > threshold) return null;
  return { ...state, th: { text: encodeThreshold(threshold), value: threshold } };
}

export function withoutThreshold(state: OtelState): OtelState {
  return { ...state, th: null };
}

function isMember(member: string): boolean {
  return W3C_MEMBER.test(member) && cut(member, '=')[1].length <= MAX_BYTES.value;
}

function isTooLong(key: string): boolean {
  const at = key.indexOf('@');
  if (key.length > MAX_BYTES.key) return true;
  return at >= 0 && (at > MAX_BYTES.tenant || key.length - at - 1 > MAX_BYTES.system);
}

function cut(text: string, separator: string): KeyValue {
  const at = text.indexOf(separator);
  return [text.slice(0, at), text.slice(at + 1)];
}

function byteLength(text: string): number {
  return /^[\x20-\x7e]*$/.test(text) ? text.length : new TextEncoder().encode(text).length;
}
