import type { Json, JsonObject } from '@cnapp-slo/model';
import { type Fate, fatesByPlace } from '../fate.ts';
import { logMarks, MARKS, markedTraceState, SUMMARY_BODY, spanMarks, summaryMarks } from './marks.ts';

const NAMES = {
  logs: ['resourceLogs', 'scopeLogs', 'logRecords'],
  traces: ['resourceSpans', 'scopeSpans', 'spans'],
} as const;

/** What is kept of an OTLP/JSON request, marked; null: nothing. Records are numbered as the reader numbers them. */
export function rewriteJson(
  bytes: Uint8Array,
  signal: 'logs' | 'traces',
  fates: readonly Fate[],
  nowMs: number,
): Buffer | null {
  const [resources, scopes, records] = NAMES[signal];
  const byPlace = fatesByPlace(fates);
  const told = new Set<object>();
  let place = -1;
  const rewriteRecord = (record: JsonObject): Json[] => {
    place += 1;
    const found = byPlace.get(place);
    if (!found) return [];
    const { fate, isKept } = found;
    const mark = signal === 'traces' ? markedSpan : markedLog;
    const kept = isKept ? [mark(record, fate)] : [];
    const { summary } = fate;
    if (!summary || told.has(summary)) return kept;
    told.add(summary);
    return [...kept, jsonLog(SUMMARY_BODY, summaryMarks(summary, fate.revision), nowMs)];
  };
  const request = JSON.parse(Buffer.from(bytes).toString('utf8')) as JsonObject;
  const groups = membersOf(request, resources).flatMap((group) => {
    const kept = membersOf(group, scopes).flatMap((scope) => {
      const members = membersOf(scope, records).flatMap(rewriteRecord);
      return members.length > 0 ? [{ ...scope, [records]: members }] : [];
    });
    return kept.length > 0 ? [{ ...group, [scopes]: kept }] : [];
  });
  return groups.length > 0 ? Buffer.from(JSON.stringify({ [resources]: groups })) : null;
}

/** A message of a tool's own format as an OTLP/JSON request of one log record. */
export function wrapNative(bytes: Uint8Array, fate: Fate, nowMs: number): Buffer {
  const record = jsonLog(Buffer.from(bytes).toString('utf8'), logMarks(fate), nowMs);
  return Buffer.from(JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [record] }] }] }));
}

function markedLog(record: JsonObject, fate: Fate): JsonObject {
  return marked(record, logMarks(fate));
}

function markedSpan(record: JsonObject, fate: Fate): JsonObject {
  const state = typeof record.traceState === 'string' ? record.traceState : '';
  return marked({ ...record, traceState: markedTraceState(state, fate) }, spanMarks(fate));
}

function jsonLog(body: string, marks: readonly (readonly [string, string | number])[], nowMs: number): JsonObject {
  return marked(
    { observedTimeUnixNano: `${BigInt(Math.floor(nowMs)) * 1_000_000n}`, body: { stringValue: body } },
    marks,
  );
}

function marked(record: JsonObject, marks: readonly (readonly [string, string | number])[]): JsonObject {
  const others = membersOf(record, 'attributes').filter(({ key }) => !MARKS.includes(String(key)));
  const own = marks.map(([key, value]) => ({
    key,
    value: typeof value === 'string' ? { stringValue: value } : { intValue: String(value) },
  }));
  return { ...record, attributes: [...others, ...own] };
}

function membersOf(object: JsonObject, name: string): JsonObject[] {
  const members = object[name];
  return Array.isArray(members) ? (members as JsonObject[]) : [];
}
