import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import type { Envelope, Json } from '@cnapp-slo/model';
import { peel } from './index.ts';

const RECEIVED = Date.UTC(2026, 5, 1);
const bare: Envelope = { resource: {}, attributes: {}, receivedMs: RECEIVED };
const b64 = (value: Json): string => Buffer.from(JSON.stringify(value)).toString('base64');
const docsOf = (input: Uint8Array | string | Json, envelope = bare): Json[] =>
  peel(input, envelope).docs.map(({ doc }) => doc);
const native = { rule: 'r', n: 1 };

/** Every envelope holds the same native document; `says` is what it tells about it. */
const envelopes: { name: string; given: Json | string | Uint8Array; says?: Record<string, Json>; time?: string }[] = [
  { name: 'nothing', given: native },
  { name: 'JSON text', given: JSON.stringify(native) },
  { name: 'an array', given: [native] },
  {
    name: 'a structured CloudEvent',
    given: {
      specversion: '1.0',
      id: '1',
      type: 'falco.rule.output.v1',
      source: 'https://falco.org',
      time: '2026-01-02T03:04:05Z',
      data: native,
    },
    time: '2026-01-02T03:04:05Z',
  },
  {
    name: 'a CloudEvent with base64',
    given: { specversion: '1.0', id: '1', type: 't', source: 's', data_base64: b64(native) },
  },
  {
    name: 'EventBridge',
    given: {
      version: '0',
      'detail-type': 'X',
      source: 'aws.x',
      account: '111122223333',
      time: '2026-01-02T03:04:05Z',
      region: 'eu-west-1',
      resources: [],
      detail: native,
    },
    says: { 'cloud.account.id': '111122223333', 'cloud.region': 'eu-west-1' },
    time: '2026-01-02T03:04:05Z',
  },
  {
    name: 'SNS',
    given: {
      Type: 'Notification',
      TopicArn: 'arn:…',
      Message: JSON.stringify(native),
      Timestamp: '2026-01-02T03:04:05.678Z',
    },
    time: '2026-01-02T03:04:05.678Z',
  },
  {
    name: 'SQS through Lambda',
    given: { Records: [{ messageId: '1', eventSource: 'aws:sqs', body: JSON.stringify(native) }] },
  },
  {
    name: 'SNS in SQS',
    given: { Messages: [{ Body: JSON.stringify({ Type: 'Notification', Message: JSON.stringify(native) }) }] },
  },
  { name: 'Kinesis', given: { Records: [{ kinesis: { data: b64(native) } }] } },
  {
    name: 'a CloudWatch Logs subscription of an EKS cluster',
    given: {
      messageType: 'DATA_MESSAGE',
      owner: '111122223333',
      logGroup: '/aws/eks/prod/cluster',
      logStream: 'kube-apiserver-audit-1',
      logEvents: [{ id: '1', timestamp: 1767323045000, message: JSON.stringify(native) }],
    },
    says: { 'cloud.account.id': '111122223333', 'k8s.cluster.name': 'prod' },
    time: '2026-01-02T03:04:05Z',
  },
  {
    name: 'the same, gzipped for Lambda',
    given: {
      awslogs: {
        data: gzipSync(
          JSON.stringify({ messageType: 'DATA_MESSAGE', owner: '1', logEvents: [{ message: JSON.stringify(native) }] }),
        ).toString('base64'),
      },
    },
  },
  {
    name: 'Pub/Sub push',
    given: { message: { data: b64(native), messageId: '1', publishTime: '2026-01-02T03:04:05Z' }, subscription: 's' },
    time: '2026-01-02T03:04:05Z',
  },
  { name: 'an Event Hub batch', given: { records: [native] } },
  {
    name: 'Event Grid',
    given: {
      id: '1',
      topic: 't',
      subject: 's',
      eventType: 'e',
      eventTime: '2026-01-02T03:04:05Z',
      dataVersion: '1',
      data: native,
    },
    time: '2026-01-02T03:04:05Z',
  },
  { name: 'Elasticsearch hits', given: { hits: { hits: [{ _source: native }] } } },
  {
    name: 'an AKS audit record: JSON in a JSON string',
    given: {
      category: 'kube-audit',
      resourceId: '/SUBSCRIPTIONS/S/PROVIDERS/MICROSOFT.CONTAINERSERVICE/MANAGEDCLUSTERS/PROD',
      properties: { log: JSON.stringify(native) },
    },
    says: { 'k8s.cluster.name': 'prod' },
  },
  {
    name: 'fluent-bit',
    given: { log: JSON.stringify(native), kubernetes: { namespace_name: 'ns', pod_name: 'p', host: 'node-1' } },
    says: { 'k8s.node.name': 'node-1' },
  },
  {
    name: 'Docker',
    given: { log: `${JSON.stringify(native)}\n`, stream: 'stdout', time: '2026-01-02T03:04:05.000000001Z' },
    time: '2026-01-02T03:04:05Z',
  },
  {
    name: 'CRI',
    given: `2026-01-02T03:04:05.000000001Z stdout F ${JSON.stringify(native)}`,
    time: '2026-01-02T03:04:05Z',
  },
  {
    name: 'syslog',
    given: `<14>1 2026-01-02T03:04:05.000Z host falco 1 - - ${JSON.stringify(native)}`,
    time: '2026-01-02T03:04:05Z',
  },
  { name: 'a line after a tag with brackets', given: `Jan  2 03:04:05 host falco[12]: [x] ${JSON.stringify(native)}` },
  {
    name: 'a report between lines of a log',
    given: `2026-01-02T03:04:05Z INFO scanning {1}\n${JSON.stringify(native, null, 2)}\nDone in 3s.\n`,
  },
  {
    name: 'UTF-16, as PowerShell redirects',
    given: new Uint8Array(Buffer.from(`\ufeff${JSON.stringify(native)}`, 'utf16le')),
  },
  { name: 'zstd', given: new Uint8Array(zstdCompressSync(JSON.stringify(native))) },
  {
    name: "a schema registry's frame",
    given: new Uint8Array(Buffer.concat([Buffer.from([0, 0, 0, 0, 7]), Buffer.from(JSON.stringify(native))])),
  },
  {
    name: 'Kafka Connect with text',
    given: { schema: { type: 'string', optional: false }, payload: JSON.stringify(native) },
  },
  { name: 'Kafka Connect without schemas', given: { schema: null, payload: native } },
  {
    name: 'Kafka through Lambda',
    given: {
      eventSource: 'aws:kafka',
      records: {
        'alerts-0': [{ topic: 'alerts', partition: 0, offset: 7, timestamp: 1767323045000, value: b64(native) }],
      },
    },
    time: '2026-01-02T03:04:05Z',
  },
  { name: 'a Kafka REST proxy', given: { records: [{ key: null, value: native }] } },
  {
    name: 'Firehose',
    given: { requestId: 'r', timestamp: 1, records: [{ data: b64(native) }] },
  },
  {
    name: 'a captured request',
    given: { headers: { 'X-GitHub-Event': 'push' }, body: b64(native), isBase64Encoded: true },
  },
  { name: "Splunk's export", given: { preview: false, result: { _raw: JSON.stringify(native), host: 'h' } } },
  { name: 'GELF', given: { version: '1.1', host: 'h', short_message: JSON.stringify(native) } },
  {
    name: 'a SARIF upload',
    given: { commit_sha: 'c', ref: 'r', sarif: gzipSync(JSON.stringify(native)).toString('base64') },
  },
  { name: "a webhook's form", given: `payload=${encodeURIComponent(JSON.stringify(native))}` },
  { name: 'a sole member', given: { data: [native] } },
  {
    name: 'Loki streams',
    given: { streams: [{ stream: { app: 'falco' }, values: [['1767323045000000000', JSON.stringify(native)]] }] },
    time: '2026-01-02T03:04:05Z',
  },
  {
    name: "CloudTrail's event history",
    given: { Events: [{ EventId: '1', CloudTrailEvent: JSON.stringify(native) }] },
  },
  {
    name: "Logs' filter results",
    given: { events: [{ logStreamName: 's', timestamp: 1767323045000, message: JSON.stringify(native) }] },
    time: '2026-01-02T03:04:05Z',
  },
  { name: 'a list of reports', given: { kind: 'EventList', apiVersion: 'audit.k8s.io/v1', items: [native] } },
];

for (const { name, given, says = {}, time } of envelopes) {
  test(`peels ${name}`, () => {
    const { docs, rejections } = peel(given, bare);
    assert.deepEqual(rejections, []);
    assert.equal(docs.length, 1);
    assert.partialDeepStrictEqual(docs[0]?.doc, native);
    assert.partialDeepStrictEqual(docs[0]?.envelope.resource, says);
    assert.equal(docs[0]?.envelope.recordTimeMs, time === undefined ? undefined : Date.parse(time));
  });
}

test('what a container printed is taken out of its log entry, where a tool printed it', () => {
  const alert = { rule: 'r', priority: 'Error', output_fields: {} };
  const entry = (jsonPayload: Json) => ({
    logName: 'projects/p/logs/stdout',
    insertId: '1',
    resource: { type: 'k8s_container', labels: { cluster_name: 'prod' } },
    timestamp: '2026-01-02T03:04:05Z',
    jsonPayload,
  });
  const [found] = peel(entry(alert), bare).docs;
  assert.deepEqual([found?.doc, found?.envelope.resource['k8s.cluster.name']], [alert, 'prod']);
  assert.deepEqual(docsOf(entry({ level: 'info' })), [entry({ level: 'info' })]);
  assert.deepEqual(docsOf({ LogMessage: alert, PodName: 'falco-1', PodNamespace: 'falco' }), [alert]);
});

test('a bad line of NDJSON is rejected alone and the rest is kept', () => {
  const { docs, rejections } = peel('{"a":1}\n{"a":\n{"a":3}\n', bare);
  assert.deepEqual(
    docs.map(({ doc }) => doc),
    [{ a: 1 }, { a: 3 }],
  );
  assert.deepEqual(rejections, [{ code: 'peel.json', message: 'line 2 is no JSON' }]);
});

test('of values that follow each other, a broken one is rejected alone', () => {
  const { docs, rejections } = peel('{\n "a": 1\n}\n{\n "a": \n}\n{\n "a": 3\n}\n', bare);
  assert.deepEqual(
    docs.map(({ doc }) => doc),
    [{ a: 1 }, { a: 3 }],
  );
  assert.deepEqual(rejections, [{ code: 'peel.json', message: 'value 2 is no JSON' }]);
});

test('of YAML documents a broken one is marked, and the others are whole', () => {
  const { docs, rejections } = peel('apiVersion: v1\nkind: A\n---\nkind: B\nx: [1\n---\nkind: C\n', bare);
  assert.deepEqual(docs.map(({ doc }) => doc).at(-1), { kind: 'C' });
  assert.deepEqual(docs.map(({ doc }) => doc).at(0), { apiVersion: 'v1', kind: 'A' });
  assert.equal(rejections[0]?.code, 'peel.yaml');
});

test('CSV cells keep quotes, commas, line breaks and what is empty', () => {
  assert.deepEqual(docsOf('a,b,c\r\n"x\ny","""q""",\r\n,"",z\r\n'), [
    { a: 'x\ny', b: '"q"', c: '' },
    { a: '', b: '', c: 'z' },
  ]);
});

test('concatenated JSON, pretty-printed or not, is taken apart', () => {
  assert.deepEqual(docsOf('{\n "a": "}"\n}\n{\n "a": 2\n}'), [{ a: '}' }, { a: 2 }]);
  assert.deepEqual(docsOf('{"a":1}{"a":2}'), [{ a: 1 }, { a: 2 }]);
});

test('text around JSON lines is skipped, and text without JSON is one document', () => {
  assert.deepEqual(docsOf('starting up\n{"a":1}\nbye'), [{ a: 1 }]);
  assert.deepEqual(docsOf('starting up\nbye'), ['starting up\nbye']);
});

test('gzip is expanded, and a broken stream is rejected', () => {
  assert.deepEqual(docsOf(gzipSync('{"a":1}')), [{ a: 1 }]);
  assert.deepEqual(
    peel(new Uint8Array([0x1f, 0x8b, 1, 2, 3]), bare).rejections.map(({ code }) => code),
    ['peel.gzip'],
  );
});

test('YAML documents, CSV, Zeek TSV and XML are read', () => {
  assert.deepEqual(docsOf('apiVersion: v1\nkind: A\n---\nkind: B\n'), [{ apiVersion: 'v1', kind: 'A' }, { kind: 'B' }]);
  assert.deepEqual(docsOf('a,b,c\n1,"x, ""y""",3\n'), [{ a: '1', b: 'x, "y"', c: '3' }]);
  assert.deepEqual(
    docsOf('#separator \\x09\n#path\tconn\n#fields\tts\tuid\tlocal\n#types\ttime\tstring\tbool\n1.5\tC1\tT\n'),
    [{ _path: 'conn', ts: 1.5, uid: 'C1', local: true }],
  );
  assert.deepEqual(docsOf('<?xml version="1.0"?><bom version="1"><a>2</a></bom>'), [
    { bom: { '@version': '1', a: '2' } },
  ]);
});

test('integers beyond 2^53 keep every digit, as strings', () => {
  assert.deepEqual(docsOf('{"ns":1775489508148679479,"wrapped":18446744073670260079,"small":1234,"x":0.5}'), [
    { ns: '1775489508148679479', wrapped: '18446744073670260079', small: 1234, x: 0.5 },
  ]);
});

test('envelopes without end, aliases without end and empty input do not hurt', () => {
  let deep: Json = native;
  for (let i = 0; i < 50; i += 1) deep = { records: [deep] };
  assert.deepEqual(
    peel(deep, bare).rejections.map(({ code }) => code),
    ['peel.too_deep'],
  );
  const bomb = `a: &a [x,x,x,x,x,x,x,x,x,x]\n${'bcdefghij'
    .split('')
    .map((n, i) => `${n}: &${n} [${`*${'abcdefghij'[i]},`.repeat(9)}*${'abcdefghij'[i]}]`)
    .join('\n')}`;
  assert.equal(peel(bomb, { ...bare, path: 'x.yaml' }).rejections[0]?.code, 'peel.yaml');
  assert.deepEqual(peel('', bare), { docs: [], rejections: [] });
});

test('an empty body is a document when the attributes carry the record', () => {
  const envelope = { ...bare, attributes: { 'rpc.method': 'StopLogging' } };
  assert.deepEqual(peel('', envelope).docs, [{ doc: null, envelope }]);
  assert.deepEqual(peel(null, envelope).docs, [{ doc: null, envelope }]);
});
