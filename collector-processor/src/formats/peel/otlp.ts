import type { Envelope, Json, JsonObject } from '@cnapp-slo/model';
import { isObject, num, objects, str } from '../read.ts';
import { parseTime } from '../time.ts';
import type { Inner } from './inner.ts';

/** OTLP/JSON in a file or message: each record's body with its attributes, each span as `cnapp.span`, each metric by name. Wire receivers decode on their own. Source: opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding. */
export function unwrapOtlp(value: JsonObject, envelope: Envelope): Inner[] | undefined {
  if (Array.isArray(value.resourceLogs))
    return each(value, 'resourceLogs', 'scopeLogs', 'logRecords', envelope, logRecord);
  if (Array.isArray(value.resourceSpans)) return each(value, 'resourceSpans', 'scopeSpans', 'spans', envelope, span);
  if (Array.isArray(value.resourceMetrics)) {
    return each(value, 'resourceMetrics', 'scopeMetrics', 'metrics', envelope, (metric, known) => ({
      content: { 'otlp.metric': str(metric, 'name') ?? '_' },
      envelope: signal(known, 'metrics', {}),
    }));
  }
  return undefined;
}

type Read = (record: JsonObject, envelope: Envelope) => Inner;

function each(
  value: JsonObject,
  resources: string,
  scopes: string,
  records: string,
  envelope: Envelope,
  read: Read,
): Inner[] {
  return objects(value, resources).flatMap((entry) => {
    const known = { ...envelope, resource: { ...envelope.resource, ...attributesOf(entry.resource) } };
    const groups = [...objects(entry, scopes), ...objects(entry, scopes.replace('scope', 'instrumentationLibrary'))];
    return groups.flatMap((group) => objects(group, records).map((record) => read(record, known)));
  });
}

function signal(envelope: Envelope, name: string, attributes: Record<string, Json>): Envelope {
  return { ...envelope, attributes: { ...envelope.attributes, ...attributes, 'otlp.signal': name } };
}

/** Ids are hex in this encoding; senders that follow the proto3 default write base64, which is read, too. Anything else is no id. */
function invalidId(record: JsonObject): string | undefined {
  const wrong = ['traceId', 'spanId'].find((name) => !/^[0-9A-Za-z+/_-]*={0,2}$/.test(str(record, name) ?? ''));
  return wrong === undefined ? undefined : `${wrong} is neither hex nor base64`;
}

function logRecord(record: JsonObject, envelope: Envelope): Inner {
  const wrong = invalidId(record);
  const known = signal(envelope, 'logs', attributesOf(record));
  const ms = parseTime(record.timeUnixNano) ?? parseTime(record.observedTimeUnixNano);
  const timed = ms === undefined ? known : { ...known, recordTimeMs: ms };
  return { content: wrong === undefined ? bodyOf(record.body) : { 'otlp.invalid': wrong }, envelope: timed };
}

function bodyOf(body: Json | undefined): Json {
  const value = anyValue(body);
  // An empty body still stands for its record.
  return value === null || value === '' ? {} : value;
}

function span(record: JsonObject, envelope: Envelope): Inner {
  const wrong = invalidId(record);
  const known = signal(envelope, 'traces', {});
  if (wrong !== undefined) return { content: { 'otlp.invalid': wrong }, envelope: known };
  const code = num(record, 'status', 'code');
  const endMs = parseTime(record.endTimeUnixNano) ?? null;
  const doc: JsonObject = {
    name: str(record, 'name') ?? '',
    traceId: str(record, 'traceId') ?? null,
    spanId: str(record, 'spanId') ?? null,
    startMs: parseTime(record.startTimeUnixNano) ?? null,
    endMs,
    status: code === 2 ? 'error' : code === 1 ? 'ok' : 'unset',
    attributes: attributesOf(record),
  };
  return { content: { 'cnapp.span': doc }, envelope: endMs === null ? known : { ...known, recordTimeMs: endMs } };
}

function attributesOf(owner: Json | undefined): Record<string, Json> {
  const result: Record<string, Json> = {};
  for (const attribute of objects(owner, 'attributes')) {
    const key = str(attribute, 'key');
    if (key !== undefined) result[key] = anyValue(attribute.value);
  }
  return result;
}

function anyValue(value: Json | undefined): Json {
  if (!isObject(value)) return null;
  if (value.stringValue !== undefined) return value.stringValue;
  if (value.boolValue !== undefined) return value.boolValue;
  if (value.doubleValue !== undefined) return value.doubleValue;
  if (value.intValue !== undefined) {
    const parsed = Number(value.intValue);
    return Number.isSafeInteger(parsed) ? parsed : value.intValue;
  }
  if (isObject(value.arrayValue)) return objects(value, 'arrayValue', 'values').map(anyValue);
  if (isObject(value.kvlistValue)) return attributesOf({ attributes: value.kvlistValue.values ?? [] });
  return value.bytesValue ?? null;
}
