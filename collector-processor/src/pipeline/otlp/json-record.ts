import type { Json, JsonObject } from '@cnapp-slo/model';
import { attributesField, isObject, listField, Malformed, objectField, textField } from './json-value.ts';
import { Tally } from './proto-record.ts';
import type { Attributes, ReadResult, RecordView } from './record-view.ts';

/** The group and record names of a signal: `resourceLogs`, `scopeLogs`, `logRecords` … */
export interface JsonFrame {
  resources: string;
  scopes: string;
  records: string;
}

/** The parts of a record view that logs, spans and data points share. */
export class JsonRecord implements RecordView {
  resource: Attributes = {};
  scopeName = '';
  scopeVersion = '';
  byteLength = 0;
  place = 0;
  protected own: Attributes = {};

  attributes(): Attributes {
    return this.own;
  }

  attribute(name: string): Json | undefined {
    return Object.hasOwn(this.own, name) ? this.own[name] : undefined;
  }
}

/**
 * Walks an OTLP/JSON export request. `read` gets each record; when it throws `Malformed` that record is rejected and
 * the others go on. Unknown fields are ignored, as the specification asks.
 */
export function readJsonRequest(
  bytes: Uint8Array,
  frame: JsonFrame,
  record: JsonRecord,
  read: (object: JsonObject, tally: Tally) => void,
): ReadResult {
  const tally = new Tally();
  let place = 0;
  try {
    const request = parse(bytes);
    for (const group of membersOf(request, frame.resources)) {
      record.resource = attributesField(objectField(group, 'resource') ?? {});
      for (const scopeGroup of membersOf(group, frame.scopes)) {
        const scope = objectField(scopeGroup, 'scope') ?? {};
        record.scopeName = textField(scope, 'name');
        record.scopeVersion = textField(scope, 'version');
        for (const item of listField(scopeGroup, frame.records)) readRecord(item);
      }
    }
    return tally.result();
  } catch (error) {
    if (error instanceof Malformed) return { ok: false, code: 'otlp.json', message: error.message };
    throw error;
  }

  function readRecord(item: Json): void {
    record.place = place;
    place += 1;
    try {
      if (!isObject(item)) throw new Malformed('not an object');
      record.byteLength = Buffer.byteLength(JSON.stringify(item));
      read(item, tally);
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      tally.reject(error.message);
    }
  }
}

export function membersOf(object: JsonObject, name: string): JsonObject[] {
  return listField(object, name).map((member) => {
    if (isObject(member)) return member;
    throw new Malformed(`${name} has a member that is no object`);
  });
}

/** JSON.parse quotes the input in its messages: only the position is passed on. */
function parse(bytes: Uint8Array): JsonObject {
  let request: Json;
  try {
    request = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
  } catch (error) {
    const position = /at position \d+/.exec(String(error))?.[0];
    throw new Malformed(position === undefined ? 'the body is not JSON' : `the body is not JSON ${position}`);
  }
  if (isObject(request)) return request;
  throw new Malformed('the body is not a JSON object');
}
