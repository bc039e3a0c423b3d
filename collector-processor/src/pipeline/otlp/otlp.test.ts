import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { readLogs, readLogsJson, readMetrics, readMetricsJson, readSpans, readSpansJson } from './index.ts';
import { plainLog, plainPoint, plainSpan } from './plain.ts';
import { encode } from './protobuf-oracle.ts';
import type { ReadResult } from './record-view.ts';
import { logsSample, metricsSample, traceSample } from './samples.ts';

const signals = [
  {
    name: 'logs',
    message: 'LogsRequest',
    sample: logsSample,
    proto: all(readLogs, plainLog),
    json: all(readLogsJson, plainLog),
    records: 7,
  },
  {
    name: 'spans',
    message: 'TraceRequest',
    sample: traceSample,
    proto: all(readSpans, plainSpan),
    json: all(readSpansJson, plainSpan),
    records: 2,
  },
  {
    name: 'metrics',
    message: 'MetricsRequest',
    sample: metricsSample,
    proto: all(readMetrics, plainPoint),
    json: all(readMetricsJson, plainPoint),
    records: 7,
  },
];

function all<View, Plain>(
  read: (bytes: Uint8Array, visit: (view: View) => void) => ReadResult,
  plain: (view: View) => Plain,
) {
  return (bytes: Uint8Array) => {
    const records: Plain[] = [];
    const result = read(bytes, (view) => records.push(plain(view)));
    return { result, records };
  };
}

for (const { name, message, sample, proto, json, records } of signals) {
  test(`${name}: what protobuf-es encodes reads the same from protobuf and from JSON`, () => {
    const fromProto = proto(encode(message, sample));
    assert.deepEqual(fromProto.result, { ok: true, records, rejected: 0 });
    assert.deepEqual(json(Buffer.from(JSON.stringify(sample))), fromProto);
  });

  test(`${name}: a payload cut at any byte is undecodable or ends at a field, and never throws`, () => {
    const bytes = encode(message, sample);
    for (let length = 0; length < bytes.length; length++) {
      const { result } = proto(bytes.subarray(0, length));
      if (result.ok) assert.equal(result.rejected, 0);
      else assert.match(result.code, /^otlp\.(truncated)$/);
    }
  });
}

test('a log record gives all of its fields', () => {
  const [first, second, third, fourth, fifth, sixth] = all(
    readLogs,
    plainLog,
  )(encode('LogsRequest', logsSample)).records;
  const attributes = {
    text: 'Größe ✓',
    yes: true,
    small: -7,
    big: '-9223372036854775808',
    ratio: 0.1,
    nan: 'NaN',
    bytes: 'AAEC/w==',
    unset: null,
    none: null,
    list: [1, null, ''],
    map: JSON.parse('{"__proto__":"own","in":{"k":[]}}'),
  };
  assert.deepEqual(first, {
    resource: { 'service.name': 'checkout', ...attributes },
    scopeName: 'library',
    scopeVersion: '1.2.0',
    attributes,
    timeMs: 1700000000123,
    observedMs: 1700000000999,
    severityNumber: 17,
    severityText: 'ERROR',
    eventName: 'finding',
    traceId: '5b8efff798038103d269b633813fc60c',
    spanId: 'eee19b7ec3c1b174',
    bodyKind: 'string',
    bodyText: '{"id":1}',
    bodyJson: '{"id":1}',
  });
  assert.equal(second?.bodyKind, 'bytes');
  assert.equal(second?.bodyJson, 'AAEC/w==');
  assert.deepEqual([third?.bodyKind, third?.bodyJson], ['value', attributes.map]);
  assert.deepEqual([fourth?.bodyKind, fourth?.bodyJson], ['value', 5]);
  assert.deepEqual([fifth?.bodyKind, fifth?.bodyJson, fifth?.timeMs], ['none', null, undefined]);
  assert.deepEqual([sixth?.scopeName, sixth?.resource['service.name']], ['', 'checkout']);
});

test('one attribute is found without the others; a repeated key gives its last value', () => {
  const attributes = [
    { key: 'größe', value: { intValue: '1' } },
    { key: 'k', value: { intValue: '1' } },
    { key: 'kk', value: { intValue: '2' } },
    { key: 'k', value: { intValue: '3' } },
  ];
  const request = { resourceLogs: [{ scopeLogs: [{ logRecords: [{ attributes }] }] }] };
  for (const [read, bytes] of [
    [readLogs, encode('LogsRequest', request)],
    [readLogsJson, Buffer.from(JSON.stringify(request))],
  ] as const) {
    const names = ['größe', 'k', 'kk', 'kkk', '', 'toString'];
    let found: unknown[] = [];
    read(bytes, (record) => {
      found = names.map((name) => record.attribute(name));
    });
    assert.deepEqual(found, [1, 3, 2, undefined, undefined, undefined]);
  }
});

test('nanoseconds become milliseconds exactly up to the end of their range', () => {
  // Hand calculation: integer division by 10^6. 11651379494838206464 is the overflowed time of a real githubreceiver.
  const times = [
    ['1', 0],
    ['999999', 0],
    ['1000000', 1],
    ['1699999999999999999', 1699999999999],
    ['1700000000000000000', 1700000000000],
    ['11651379494838206464', 11651379494838],
    ['18446744073709551615', 18446744073709],
    ['0', undefined],
  ] as const;
  const logRecords = times.map(([timeUnixNano]) => ({ timeUnixNano }));
  const request = { resourceLogs: [{ scopeLogs: [{ logRecords }] }] };
  for (const { records } of [
    all(readLogs, plainLog)(encode('LogsRequest', request)),
    all(readLogsJson, plainLog)(Buffer.from(JSON.stringify(request))),
  ]) {
    assert.deepEqual(
      records.map((record) => record.timeMs),
      times.map(([, ms]) => ms),
    );
  }
});

test('the resource is found behind its records, and byte-equal resources are one object', () => {
  const resource = encode('ResourceLogs', { resource: { attributes: [{ key: 'a', value: { stringValue: 'b' } }] } });
  const logs = encode('ResourceLogs', { scopeLogs: [{ logRecords: [{}] }] });
  const group = Buffer.concat([logs, resource]);
  const request = Buffer.concat([Buffer.from([0x0a, group.length]), group]);
  const seen: unknown[] = [];
  for (let i = 0; i < 2; i++) readLogs(request, (record) => seen.push(record.resource));
  assert.deepEqual(seen[0], { a: 'b' });
  assert.equal(seen[0], seen[1]);
});

const nested = (levels: number): object =>
  levels === 1 ? { stringValue: 'deep' } : { arrayValue: { values: [nested(levels - 1)] } };

test('a record nested too deeply is rejected alone', () => {
  const logRecords = [{}, { body: nested(30) }, { attributes: [{ key: 'k', value: nested(40) }] }, {}];
  const request = { resourceLogs: [{ scopeLogs: [{ logRecords }] }] };
  const deep = Buffer.from(JSON.stringify(request).replace('"deep"', JSON.stringify('x')));
  const withDepth = (levels: number) => ({
    resourceLogs: [{ scopeLogs: [{ logRecords: [{}, { body: nested(levels) }, {}] }] }],
  });
  assert.deepEqual(
    readLogs(encode('LogsRequest', request), () => {}),
    { ok: true, records: 4, rejected: 0 },
  );
  assert.equal(readLogsJson(deep, () => {}).ok, true);
  for (const levels of [65, 10_000]) {
    const want = { ok: true, records: 2, rejected: 1, message: 'record 1: nested deeper than 64 levels' };
    assert.deepEqual(
      readLogs(nestedLogs(levels), () => {}),
      want,
    );
    if (levels === 65)
      assert.deepEqual(
        readLogsJson(Buffer.from(JSON.stringify(withDepth(levels))), () => {}),
        want,
      );
  }
});

/** Three records, the middle one with a body of nested arrays; written by hand, since encoders stop earlier. */
function nestedLogs(levels: number): Uint8Array {
  const field = (tag: number, content: Buffer): Buffer => {
    const length: number[] = [];
    let rest = content.length;
    for (; rest > 0x7f; rest >>>= 7) length.push((rest & 0x7f) | 0x80);
    return Buffer.concat([Buffer.from([tag, ...length, rest]), content]);
  };
  let value = field(0x0a, Buffer.from('deep'));
  for (let level = 1; level < levels; level++) value = field(0x2a, field(0x0a, value));
  const empty = Buffer.from([0x12, 0]);
  const records = Buffer.concat([empty, field(0x12, field(0x2a, value)), empty]);
  return field(0x0a, field(0x12, records));
}

const undecodable = [
  ['a length beyond the end', [0x0a, 0x05, 0x12], 'otlp.truncated', 'byte 1'],
  ['a number that never ends', [0x0a, 0x80], 'otlp.truncated', 'byte 2'],
  ['an overlong length', [0x0a, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00], 'otlp.varint', 'byte 1'],
  ['an overlong number', [0x10, ...Array(10).fill(0x80), 0x00], 'otlp.varint', 'byte 1'],
  ['a known field of another wire type', [0x08, 0x01], 'otlp.wire_type', 'byte 1'],
  ['a group', [0x0b, 0x0c], 'otlp.wire_type', 'byte 1'],
  ['an end of a group', [0x14], 'otlp.wire_type', 'byte 1'],
  ['field number 0', [0x02, 0x00], 'otlp.field_number', 'byte 0'],
  ['text', [...Buffer.from('hello')], 'otlp.', 'byte'],
] as const;
for (const [what, bytes, code, place] of undecodable) {
  test(`${what} is undecodable, and the message says where`, () => {
    const result = readLogs(Uint8Array.from(bytes), () => {});
    assert.ok(!result.ok);
    assert.ok(result.code.startsWith(code), result.code);
    assert.match(result.message, new RegExp(place));
  });
}

test('unknown fields are skipped in both encodings', () => {
  const unknown = Buffer.from([
    0xa0, 0x06, 0x01, 0xa1, 0x06, 1, 2, 3, 4, 5, 6, 7, 8, 0xa2, 0x06, 0x01, 0x00, 0xa5, 0x06, 1, 2, 3, 4,
  ]);
  const bytes = Buffer.concat([unknown, encode('LogsRequest', logsSample)]);
  assert.deepEqual(
    readLogs(bytes, () => {}),
    { ok: true, records: 7, rejected: 0 },
  );
  const json = { ...logsSample, extra: [1], resourceLogs: [{ ...logsSample.resourceLogs[0], later: {} }] };
  assert.deepEqual(
    readLogsJson(Buffer.from(JSON.stringify(json)), () => {}),
    { ok: true, records: 6, rejected: 0 },
  );
});

const badJson = [
  ['no JSON', 'the secret', 'the body is not JSON'],
  ['JSON that is cut', '{"resourceLogs":[', 'the body is not JSON'],
  ['no object', '[]', 'the body is not a JSON object'],
  ['groups that are no list', '{"resourceLogs":{}}', 'resourceLogs is not an array'],
  ['a group that is no object', '{"resourceLogs":[1]}', 'resourceLogs has a member that is no object'],
] as const;
for (const [what, text, message] of badJson) {
  test(`JSON: ${what} is undecodable, without quoting the input`, () => {
    const result = readLogsJson(Buffer.from(text), () => {});
    assert.ok(!result.ok);
    assert.equal(result.code, 'otlp.json');
    assert.ok(result.message.startsWith(message), result.message);
    assert.doesNotMatch(result.message, /secret/);
  });
}

const badRecords = [
  ['no object', 5],
  ['a time that is no number', { timeUnixNano: 'yesterday' }],
  ['a negative time', { timeUnixNano: -1 }],
  ['an unknown severity name', { severityNumber: 'LOUD' }],
  ['an id that is neither hex nor base64', { traceId: '!!!INVALID_BASE64!!!' }],
  ['text that is no string', { severityText: 5 }],
  ['attributes that are no list', { attributes: {} }],
  ['an attribute that is no object', { attributes: ['a'] }],
  ['a value that is no object', { body: 'text' }],
  ['a boolean that is none', { body: { boolValue: 'yes' } }],
  ['an integer that is none', { body: { intValue: '1.5' } }],
] as const;
for (const [what, bad] of badRecords) {
  test(`JSON: a record with ${what} is rejected alone`, () => {
    const request = { resourceLogs: [{ scopeLogs: [{ logRecords: [{}, bad, {}] }] }] };
    const result = readLogsJson(Buffer.from(JSON.stringify(request)), () => {});
    assert.ok(result.ok);
    assert.deepEqual([result.records, result.rejected], [2, 1]);
    assert.match(result.message ?? '', /^record 1: /);
  });
}

test('JSON: numbers and texts, hex and base64, enum numbers and names mean the same', () => {
  const spans = [
    {
      traceId: '5b8efff798038103d269b633813fc60c',
      kind: 2,
      startTimeUnixNano: '1700000000000000000',
      status: { code: 2 },
    },
    {
      traceId: '5B8EFFF798038103D269B633813FC60C',
      kind: '2',
      startTimeUnixNano: 1700000000000000000,
      status: { code: '2' },
    },
    {
      traceId: 'W47/95gDgQPSabYzgT/GDA==',
      kind: 'SPAN_KIND_SERVER',
      startTimeUnixNano: 1.7e18,
      status: { code: 'STATUS_CODE_ERROR' },
    },
  ];
  const request = { resourceSpans: [{ scopeSpans: [{ spans }] }] };
  const { records } = all(readSpansJson, plainSpan)(Buffer.from(JSON.stringify(request)));
  assert.deepEqual([records[0]?.kind, records[0]?.statusCode, records[0]?.startMs], [2, 2, 1700000000000]);
  assert.deepEqual(records[1], records[0]);
  assert.deepEqual(records[2], records[0]);
});

test('ids of the wrong length or all zero count as absent', () => {
  const logRecords = [
    { traceId: 'AAAAAAAAAAAAAAAAAAAAAA==', spanId: 'AAAAAAAAAAA=' },
    { traceId: 'qqqq', spanId: 'qqqq' },
  ];
  const request = { resourceLogs: [{ scopeLogs: [{ logRecords }] }] };
  for (const { records } of [
    all(readLogs, plainLog)(encode('LogsRequest', request)),
    all(readLogsJson, plainLog)(Buffer.from(JSON.stringify(request))),
  ]) {
    assert.deepEqual(
      records.map((record) => [record.traceId, record.spanId]),
      [
        [undefined, undefined],
        [undefined, undefined],
      ],
    );
  }
});

const fixtures = new URL(
  `${process.env.CNAPP_FIXTURES ?? '../shared/fixtures'}/otlp-json/`,
  `file://${process.cwd()}/`,
);
const present = existsSync(fixtures) || process.env.CNAPP_REQUIRE_ALL === '1';
const files = [
  // file, reader, records, rejected: counted in the files by hand
  ['proto_logs.json', all(readLogsJson, plainLog), 1, 0],
  ['proto_trace.json', all(readSpansJson, plainSpan), 1, 0],
  ['proto_metrics.json', all(readMetricsJson, plainPoint), 4, 0],
  ['o2p_log.json', all(readLogsJson, plainLog), 1, 0],
  ['o2p_trace.json', all(readSpansJson, plainSpan), 2, 0],
  ['o2p_metrics_mixed.json', all(readMetricsJson, plainPoint), 3, 0],
  ['o2p_trace_invalid_base64.json', all(readSpansJson, plainSpan), 0, 1],
  ['o2p_trace_mixed_encoding.json', all(readSpansJson, plainSpan), 1, 0],
  ['o2p_logs.pb', all(readLogs, plainLog), 81, 0],
  ['o2p_metrics_gauge.pb', all(readMetrics, plainPoint), 3, 0],
] as const;
for (const [file, read, records, rejected] of files) {
  test(`fixture otlp-json/${file}`, { skip: present ? false : 'the fixtures are not here' }, () => {
    const { result } = read(readFileSync(new URL(file, fixtures)));
    assert.ok(result.ok);
    assert.deepEqual([result.records, result.rejected], [records, rejected]);
  });
}

test('fixture otlp-json: the same logs as protobuf and as JSON lines', {
  skip: present ? false : 'the fixtures are not here',
}, () => {
  const proto = all(readLogs, plainLog)(readFileSync(new URL('o2p_logs.pb', fixtures))).records;
  const lines = readFileSync(new URL('o2p_logs.jsonl', fixtures), 'utf8').trim().split('\n');
  const json = lines.flatMap((line) => all(readLogsJson, plainLog)(Buffer.from(line)).records);
  assert.deepEqual(proto, json);
});
