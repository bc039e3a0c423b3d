import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:http2';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { FindingJson, Page, SourceJson } from '@cnapp-slo/model';
import { logsRequest, type ProcessorServer, startProcessor } from '../servers/processor.ts';
import { bucketStory } from './bucket-story.ts';

/** Bad input of each kind: the error of the contract, a counter that moves, and nothing else lost. */

let processor: ProcessorServer;
before(async () => {
  processor = await startProcessor();
});
after(() => processor.stop());

const good = bucketStory(Math.floor(Date.now() / 1000) * 1000 - 2 * 3600_000);

async function post(body: string | Uint8Array, headers: Record<string, string>, path = '/v1/logs'): Promise<Response> {
  return fetch(`http://${processor.otlpHttp}${path}`, {
    method: 'POST',
    headers,
    body: typeof body === 'string' ? body : new Uint8Array(body),
  });
}

/** The sum of a counter's series whose labels hold all of `labels`. */
async function counter(name: string, labels: Record<string, string>): Promise<number> {
  const text = await (await fetch(`http://${processor.metrics}/metrics`)).text();
  const wanted = Object.entries(labels).map(([key, value]) => `${key}="${value}"`);
  return text
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) && wanted.every((label) => line.includes(label)))
    .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

async function grpc(payload: Uint8Array): Promise<string | undefined> {
  const session = connect(`http://${processor.otlpGrpc}`);
  const stream = session.request({
    ':method': 'POST',
    ':path': '/opentelemetry.proto.collector.logs.v1.LogsService/Export',
    'content-type': 'application/grpc',
    te: 'trailers',
  });
  let status: string | undefined;
  stream.on('response', (headers) => {
    status ??= headers['grpc-status']?.toString();
  });
  stream.on('trailers', (headers) => {
    status = headers['grpc-status']?.toString();
  });
  const frame = Buffer.alloc(5 + payload.length);
  frame.writeUInt32BE(payload.length, 1);
  frame.set(payload, 5);
  stream.end(frame);
  stream.resume();
  await once(stream, 'close');
  session.close();
  return status;
}

for (const { name, body, headers, status } of [
  {
    name: 'protobuf that is none',
    body: Buffer.from([0xff, 0xff, 0xff]),
    headers: { 'content-type': 'application/x-protobuf' },
    status: 400,
  },
  {
    name: 'JSON that is none',
    body: '{"resourceLogs":[',
    headers: { 'content-type': 'application/json' },
    status: 400,
  },
  {
    name: 'JSON of another shape',
    body: '{"resourceLogs":{"a":1}}',
    headers: { 'content-type': 'application/json' },
    status: 400,
  },
  { name: 'an unknown content type', body: 'a=b', headers: { 'content-type': 'text/plain' }, status: 415 },
  {
    name: 'a truncated gzip',
    body: gzipSync('{"resourceLogs":[]}').subarray(0, 12),
    headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
    status: 400,
  },
  {
    name: 'a gzip bomb',
    body: gzipSync(Buffer.alloc(64 * 1024 * 1024)),
    headers: { 'content-type': 'application/x-protobuf', 'content-encoding': 'gzip' },
    status: 413,
  },
  {
    name: 'a message over the limit',
    body: Buffer.alloc(5 * 1024 * 1024, 0x0a),
    headers: { 'content-type': 'application/x-protobuf' },
    status: 413,
  },
]) {
  test(`OTLP/HTTP: ${name} is ${status}, counted, and the next request is taken`, async () => {
    const code = String(status);
    const before = await counter('cnapp_receiver_requests_total', { transport: 'otlp_http', code });
    assert.equal((await post(body, headers)).status, status);
    assert.equal(await counter('cnapp_receiver_requests_total', { transport: 'otlp_http', code }), before + 1);
    assert.equal((await processor.sendLogs([{ hello: 'world' }])).status, 200);
  });
}

test('OTLP/gRPC: bytes that are no request are INVALID_ARGUMENT, and counted', async () => {
  assert.equal(await grpc(Buffer.from([0xff, 0xff, 0xff])), '3');
  assert.equal(await counter('cnapp_receiver_requests_total', { transport: 'otlp_grpc', code: 'INVALID_ARGUMENT' }), 1);
});

test('one bad document among good ones is a partial success that names it; the good ones count', async () => {
  const broken = JSON.stringify(good[3]).slice(0, -40);
  const request = logsRequest(good) as { resourceLogs: { scopeLogs: { logRecords: object[] }[] }[] };
  request.resourceLogs[0]?.scopeLogs[0]?.logRecords.splice(2, 0, { body: { stringValue: broken } });
  const answer = await post(JSON.stringify(request), { 'content-type': 'application/json' });
  assert.equal(answer.status, 200);
  const { partialSuccess } = (await answer.json()) as {
    partialSuccess: { rejectedLogRecords: string | number; errorMessage: string };
  };
  assert.equal(Number(partialSuccess.rejectedLogRecords), 1);
  assert.match(partialSuccess.errorMessage, /^[a-z_.-]+: /);
  const { items } = (await processor.get('/api/v1/findings')) as Page<FindingJson>;
  assert.deepEqual([items.length, items[0]?.state], [1, 'closed']);
  const sources = (await processor.get('/api/v1/sources')) as Page<SourceJson>;
  assert.equal(
    sources.items.reduce((sum, source) => sum + Object.values(source.rejects).reduce((a, b) => a + b, 0), 0),
    1,
  );
});

test('an event stamped ten minutes ahead is refused as skew and counted', async () => {
  const ahead = { ...good[3], time: Math.floor(Date.now() / 1000) + 600, time_dt: undefined };
  const answer = await processor.sendLogs([ahead]);
  assert.match(await answer.text(), /skew_rejected/);
  assert.equal(await counter('cnapp_source_rejects_total', { code: 'skew_rejected' }), 1);
});

for (const [path, method, body, status] of [
  ['/api/v1/slis/nope', 'GET', undefined, 404],
  ['/api/v1/slis/mttr?window=soon', 'GET', undefined, 400],
  ['/api/v1/findings?cursor=zzz', 'GET', undefined, 400],
  ['/api/v1/acknowledgements', 'POST', '{', 400],
  ['/api/v1/acknowledgements', 'POST', '{"subject_id":"f_00000000000000000000000000000000"}', 404],
  ['/api/v1/verdicts', 'POST', '{"subject_id":"x","verdict":"maybe"}', 400],
  ['/api/v1/webhooks/alertmanager', 'POST', '{"version":"3"}', 400],
] as const) {
  test(`API: ${method} ${path} ${body ?? ''} is a problem document with status ${status}`, async () => {
    const init = body === undefined ? { method } : { method, body, headers: { 'content-type': 'application/json' } };
    const answer = await fetch(`http://${processor.api}${path}`, init);
    assert.equal(answer.status, status);
    assert.match(answer.headers.get('content-type') ?? '', /^application\/problem\+json/);
    const problem = (await answer.json()) as { status: number; code: string };
    assert.equal(problem.status, status);
    assert.match(problem.code, /^[a-z_]+$/);
  });
}
