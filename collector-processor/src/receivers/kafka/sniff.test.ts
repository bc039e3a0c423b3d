import assert from 'node:assert/strict';
import { test } from 'node:test';
import { topicMatcher } from './config.ts';
import { sniff } from './sniff.ts';

const proto = Buffer.from([0x0a, 0x02, 0x12, 0x00, 0x0a, 0x00]);
const cases = [
  ['a JSON object', '{"a":1}', 'findings', 'native', 'logs'],
  ['a JSON array', '[{"a":1}]', 'findings', 'native', 'logs'],
  ['NDJSON after an empty line', '\n{"a":1}\n{"b":2}\n', 'findings', 'native', 'logs'],
  ['text', 'CRITICAL: a shell was spawned', 'findings', 'native', 'logs'],
  ['OTLP/JSON logs', ' {"resourceLogs":[]}', 'findings', 'otlp_json', 'logs'],
  ['OTLP/JSON traces, whatever the topic says', '{"resourceSpans":[]}', 'otlp_logs', 'otlp_json', 'traces'],
  ['OTLP/JSON metrics', '{ "resourceMetrics" : [] }', 'findings', 'otlp_json', 'metrics'],
  ['OTLP protobuf, by default logs', proto, 'findings', 'otlp_proto', 'logs'],
  ['OTLP protobuf in the default topic of traces', proto, 'otlp_spans', 'otlp_proto', 'traces'],
  ['OTLP protobuf in the default topic of metrics', proto, 'otlp_metrics', 'otlp_proto', 'metrics'],
  ['protobuf that is cut', proto.subarray(0, 3), 'findings', 'native', 'logs'],
] as const;
for (const [what, value, topic, encoding, signal] of cases) {
  test(`${what} is ${encoding} with ${signal}`, () => {
    const result = sniff(Buffer.from(value), topic, undefined);
    assert.ok(result.ok);
    assert.deepEqual([result.encoding, result.signal], [encoding, signal]);
  });
}

test('JSON behind a schema id loses the id; what is no JSON says so', () => {
  const value = Buffer.from('\0\0\0\0\x07{"a":1}');
  const result = sniff(value, 'findings', undefined);
  assert.ok(result.ok);
  assert.equal(Buffer.from(result.bytes).toString(), '{"a":1}');
  const avro = sniff(Buffer.from('\0\0\0\0\x07\x02'), 'findings', undefined);
  assert.deepEqual(avro.ok ? '' : avro.code, 'kafka.schema_registry');
  const file = sniff(Buffer.from('Obj\x01rest'), 'findings', undefined);
  assert.deepEqual(file.ok ? '' : file.code, 'kafka.avro');
});

test('what the topic is configured as needs no look', () => {
  const hint = { topic: 'x', encoding: 'otlp_proto', signal: 'metrics' } as const;
  const result = sniff(Buffer.from('{'), 'x', hint);
  assert.deepEqual(result, { ok: true, encoding: 'otlp_proto', signal: 'metrics', bytes: Buffer.from('{') });
});

test('topics match by name, by star and by regular expression', () => {
  const names = ['sec', 'sec.findings', 'a.sec', 'secXfindings'];
  for (const [pattern, want] of [
    ['sec', ['sec']],
    ['sec*', ['sec', 'sec.findings', 'secXfindings']],
    ['sec.findings', ['sec.findings']],
    ['^sec.f', ['sec.findings', 'secXfindings']],
  ] as const) {
    assert.deepEqual(names.filter(topicMatcher(pattern)), want);
  }
});
