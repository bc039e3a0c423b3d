import { type Fate, fatesByPlace } from '../fate.ts';
import { logMarks, MARKS, markedTraceState, SUMMARY_BODY, spanMarks, summaryMarks } from './marks.ts';

/** Field numbers of opentelemetry-proto v1: attributes of a log record and of a span, and a span's tracestate, as tags. */
const LOG_ATTRIBUTE = 0x32;
const SPAN_ATTRIBUTE = 0x4a;
const SPAN_TRACE_STATE = 0x1a;
/** Records in scope groups, scope groups in resource groups: field 2. Resource groups in the request: field 1. */
const MEMBER = 0x12;
const GROUP = 0x0a;

/**
 * What is kept of an OTLP request in protobuf, marked; null: nothing. Bytes of kept records are copied, not decoded. `bytes` was read
 * before, so its frame is sound.
 */
export function rewriteProto(
  bytes: Uint8Array,
  signal: 'logs' | 'traces',
  fates: readonly Fate[],
  nowMs: number,
): Buffer | null {
  const input = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const byPlace = fatesByPlace(fates);
  const told = new Set<object>();
  const rewriteRecord = (start: number, end: number): Buffer[] => {
    const found = byPlace.get(start);
    if (!found) return [];
    const { fate, isKept } = found;
    const mark = signal === 'traces' ? markedSpan : markedLog;
    const records = isKept ? [mark(input, start, end, fate)] : [];
    const { summary } = fate;
    if (!summary || told.has(summary)) return records;
    told.add(summary);
    return [...records, summaryRecord(summaryMarks(summary, fate.revision), nowMs)];
  };
  const groups = rewriteGroup(input, 0, input.length, GROUP, (start, end) => {
    const scopes = rewriteGroup(input, start, end, MEMBER, (from, to) => {
      const records = rewriteGroup(input, from, to, MEMBER, rewriteRecord);
      return records ? [records] : [];
    });
    return scopes ? [scopes] : [];
  });
  return groups;
}

/** The fields between two positions, members replaced by what `rewrite` makes of them; null: no member is left. */
function rewriteGroup(
  input: Buffer,
  start: number,
  end: number,
  memberTag: number,
  rewrite: (start: number, end: number) => Buffer[],
): Buffer | null {
  const parts: Buffer[] = [];
  let members = 0;
  for (const field of fieldsOf(input, start, end)) {
    if (field.tag !== memberTag) {
      parts.push(input.subarray(field.start, field.end));
      continue;
    }
    for (const member of rewrite(field.content, field.end)) {
      parts.push(lengthDelimited(memberTag, member));
      members += 1;
    }
  }
  return members > 0 ? Buffer.concat(parts) : null;
}

function markedLog(input: Buffer, start: number, end: number, fate: Fate): Buffer {
  const parts = [...fieldsOf(input, start, end)]
    .filter(({ tag, content, end: stop }) => tag !== LOG_ATTRIBUTE || !isMark(input, content, stop))
    .map((field) => input.subarray(field.start, field.end));
  for (const [key, value] of logMarks(fate)) parts.push(lengthDelimited(LOG_ATTRIBUTE, keyValue(key, value)));
  return Buffer.concat(parts);
}

function markedSpan(input: Buffer, start: number, end: number, fate: Fate): Buffer {
  let state = '';
  const parts: Buffer[] = [];
  for (const field of fieldsOf(input, start, end)) {
    if (field.tag === SPAN_TRACE_STATE) state = input.toString('utf8', field.content, field.end);
    else if (field.tag !== SPAN_ATTRIBUTE || !isMark(input, field.content, field.end))
      parts.push(input.subarray(field.start, field.end));
  }
  const marked = markedTraceState(state, fate);
  if (marked !== '') parts.push(lengthDelimited(SPAN_TRACE_STATE, Buffer.from(marked)));
  for (const [key, value] of spanMarks(fate)) parts.push(lengthDelimited(SPAN_ATTRIBUTE, keyValue(key, value)));
  return Buffer.concat(parts);
}

/** observed_time_unix_nano, body, attributes. */
function summaryRecord(marks: readonly [string, string | number][], nowMs: number): Buffer {
  const time = Buffer.alloc(9, 0x59);
  time.writeBigUInt64LE(BigInt(nowMs) * 1_000_000n, 1);
  return Buffer.concat([
    time,
    lengthDelimited(0x2a, lengthDelimited(0x0a, Buffer.from(SUMMARY_BODY))),
    ...marks.map(([key, value]) => lengthDelimited(LOG_ATTRIBUTE, keyValue(key, value))),
  ]);
}

/** Whether a KeyValue's key is one that a sampler sets. */
function isMark(input: Buffer, start: number, end: number): boolean {
  for (const { tag, content, end: stop } of fieldsOf(input, start, end))
    if (tag === 0x0a) return MARKS.includes(input.toString('utf8', content, stop));
  return false;
}

/** KeyValue with a string_value (1) or an int_value (3). */
export function keyValue(key: string, value: string | number): Buffer {
  const any =
    typeof value === 'string'
      ? lengthDelimited(0x0a, Buffer.from(value))
      : Buffer.concat([varint(0x18), varint(value)]);
  return Buffer.concat([lengthDelimited(0x0a, Buffer.from(key)), lengthDelimited(0x12, any)]);
}

export function lengthDelimited(tag: number, content: Buffer): Buffer {
  return Buffer.concat([varint(tag), varint(content.length), content]);
}

/** A whole number from 0 to 2^53. */
export function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  return Buffer.from([...bytes, rest]);
}

interface Field {
  tag: number;
  /** Where the field begins, with its tag; where its content does; where both end. */
  start: number;
  content: number;
  end: number;
}

function* fieldsOf(input: Buffer, from: number, to: number): Generator<Field> {
  let at = from;
  while (at < to) {
    const start = at;
    let tag: number;
    [tag, at] = readVarint(input, at);
    let end = at;
    switch (tag & 7) {
      case 0:
        [, end] = readVarint(input, at);
        break;
      case 1:
        end = at + 8;
        break;
      case 5:
        end = at + 4;
        break;
      default: {
        const [length, content] = readVarint(input, at);
        at = content;
        end = content + length;
      }
    }
    yield { tag, start, content: at, end };
    at = end;
  }
}

function readVarint(input: Buffer, from: number): [value: number, end: number] {
  let value = 0;
  let scale = 1;
  for (let at = from; ; at += 1) {
    const byte = input[at] ?? 0;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return [value, at + 1];
    scale *= 0x80;
  }
}
