import assert from 'node:assert/strict';
import { request } from 'node:http';
import { test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { testReceiverContract, until, whileListening } from '../receiver-contract.ts';
import { parseOtlpHttpConfig } from './config.ts';
import { OtlpHttpReceiver } from './receiver.ts';

const loopback = '127.0.0.1:0';
const protobuf = { 'content-type': 'application/x-protobuf' };
const json = { 'content-type': 'application/json' };

testReceiverContract('OTLP/HTTP', {
  create: (intake, settings, limits) =>
    new OtlpHttpReceiver(parseOtlpHttpConfig({ endpoint: loopback, ...limits }), intake, settings),
  async send(receiver, body) {
    const { status } = await post((receiver as OtlpHttpReceiver).address ?? '', body);
    return status === 200 ? 'accepted' : status === 503 ? 'retry' : 'refused';
  },
});

async function post(address: string, body: Uint8Array, headers: Record<string, string> = protobuf, path = '/v1/logs') {
  const response = await fetch(`http://${address}${path}`, { method: 'POST', headers, body: Buffer.from(body) });
  return { status: response.status, headers: response.headers, body: Buffer.from(await response.arrayBuffer()) };
}

const withReceiver = (raw: Record<string, unknown>, body: Parameters<typeof whileListening>[1]): Promise<void> =>
  whileListening((intake, settings) => {
    const config = parseOtlpHttpConfig({ endpoint: loopback, ...raw });
    return new OtlpHttpReceiver(config, intake, settings);
  }, body);

const payload = Buffer.alloc(100_000, 'abcdefgh');

for (const [encoding, body] of [
  ['', payload],
  ['identity', payload],
  ['gzip', gzipSync(payload)],
  ['zstd', zstdCompressSync(payload)],
] as const) {
  test(`a body arrives whole with content-encoding "${encoding}"`, () =>
    withReceiver({}, async (address, intake) => {
      const headers = encoding === '' ? protobuf : { ...protobuf, 'content-encoding': encoding };
      assert.equal((await post(address, body, headers)).status, 200);
      assert.deepEqual(Buffer.from(intake.deliveries[0]?.bytes ?? []), payload);
    }));
}

for (const [path, signal] of [
  ['/v1/logs', 'logs'],
  ['/v1/traces', 'traces'],
  ['/v1/metrics?source=test', 'metrics'],
] as const) {
  test(`${path} delivers ${signal}, and answers in the request's own type`, () =>
    withReceiver({}, async (address, intake, { counts }) => {
      const first = await post(address, payload, protobuf, path);
      assert.deepEqual(
        [first.status, first.headers.get('content-type'), first.body.length],
        [200, protobuf['content-type'], 0],
      );
      const second = await post(address, payload, { 'content-type': 'application/json; charset=utf-8' }, path);
      assert.deepEqual(
        [second.status, second.headers.get('content-type'), String(second.body)],
        [200, json['content-type'], '{}'],
      );
      assert.deepEqual(
        intake.deliveries.map(({ signal, encoding }) => [signal, encoding]),
        [
          [signal, 'otlp_proto'],
          [signal, 'otlp_json'],
        ],
      );
      assert.equal(counts[`request ${signal} 200`], 2);
    }));
}

test('some rejected records are a partial success with their number and a reason', () =>
  withReceiver({}, async (address, intake) => {
    intake.answer = () => ({ status: 'accepted', records: 2, rejected: 3, message: 'no time' });
    // partial_success = 1 { rejected = 1: 3, error_message = 2: "no time" }, by hand
    assert.equal(
      (await post(address, payload)).body.toString('hex'),
      `0a0b08031207${Buffer.from('no time').toString('hex')}`,
    );
    for (const [path, name] of [
      ['/v1/logs', 'rejectedLogRecords'],
      ['/v1/traces', 'rejectedSpans'],
      ['/v1/metrics', 'rejectedDataPoints'],
    ] as const) {
      const { body } = await post(address, payload, json, path);
      assert.deepEqual(JSON.parse(String(body)), { partialSuccess: { [name]: '3', errorMessage: 'no time' } });
    }
  }));

test('overload is 503 with Retry-After and a RetryInfo', () =>
  withReceiver({}, async (address, intake) => {
    intake.answer = () => ({ status: 'retryable', code: 'store.full', retryAfterMs: 1500 });
    const { status, headers, body } = await post(address, payload, json);
    assert.deepEqual([status, headers.get('retry-after')], [503, '2']);
    assert.deepEqual(JSON.parse(String(body)), {
      code: 14,
      message: 'store.full',
      details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '1.5s' }],
    });
  }));

test('what cannot be decoded is 400 with a Status that says why', () =>
  withReceiver({}, async (address, intake) => {
    intake.answer = () => ({ status: 'invalid', code: 'otlp.json', message: 'the body is not JSON' });
    const { status, body } = await post(address, payload, json);
    assert.deepEqual(
      [status, JSON.parse(String(body))],
      [400, { code: 3, message: 'otlp.json: the body is not JSON' }],
    );
    const binary = await post(address, payload);
    // Status { code = 1: 3, message = 2: … }
    assert.equal(binary.body.subarray(0, 4).toString('hex'), '0803121f');
    assert.equal(binary.headers.get('content-type'), 'application/x-protobuf');
  }));

const refused = [
  ['another path', 404, '/v1/profiles', protobuf, payload],
  ['another content type', 415, '/v1/logs', { 'content-type': 'text/plain' }, payload],
  ['no content type', 415, '/v1/logs', {}, payload],
  ['an unknown encoding', 415, '/v1/logs', { ...protobuf, 'content-encoding': 'br' }, payload],
  ['a body that is no gzip', 400, '/v1/logs', { ...protobuf, 'content-encoding': 'gzip' }, payload],
  ['a body that is no zstd', 400, '/v1/logs', { ...protobuf, 'content-encoding': 'zstd' }, payload],
  ['a body beyond the limit', 413, '/v1/logs', protobuf, Buffer.alloc(200_001)],
  [
    'a body beyond the limit once inflated',
    413,
    '/v1/logs',
    { ...protobuf, 'content-encoding': 'gzip' },
    gzipSync(Buffer.alloc(200_001)),
  ],
  ['a body far beyond the limit', 413, '/v1/logs', protobuf, Buffer.alloc(700_000)],
] as const;
for (const [what, want, path, headers, body] of refused) {
  test(`${what} is answered with ${want} and reaches no intake`, () =>
    withReceiver({ max_message_bytes: 200_000 }, async (address, intake, { bytesInFlight }) => {
      assert.equal((await post(address, body, headers, path)).status, want);
      assert.equal(intake.deliveries.length, 0);
      assert.equal(bytesInFlight(), 0);
    }));
}

test('another method is 405 and says which one is right', () =>
  withReceiver({}, async (address) => {
    const response = await fetch(`http://${address}/v1/logs`);
    assert.deepEqual([response.status, response.headers.get('allow')], [405, 'POST']);
    await response.arrayBuffer();
  }));

for (const announced of [true, false]) {
  test(`bytes beyond max_bytes_in_flight are refused for now, length announced: ${announced}`, () =>
    withReceiver({ max_bytes_in_flight: 150_000 }, async (address, intake, { bytesInFlight }) => {
      let release = (): void => {};
      const gate = new Promise<void>((resolve) => {
        release = resolve;
      });
      intake.answer = () => gate.then(() => ({ status: 'accepted', records: 1, rejected: 0 }));
      const first = post(address, payload);
      await until(() => intake.deliveries.length === 1);
      assert.equal(await postAs(address, payload, announced), 503);
      assert.ok(bytesInFlight() <= 150_000);
      release();
      assert.equal((await first).status, 200);
      assert.equal(await postAs(address, payload, announced), 200);
    }));
}

/** A POST with a content-length, or in chunks. */
function postAs(address: string, body: Buffer, announced: boolean): Promise<number> {
  const [host, port] = address.split(':');
  const length: Record<string, string> = announced ? { 'content-length': String(body.length) } : {};
  return new Promise((resolve, reject) => {
    const sent = request(
      { host, port, path: '/v1/logs', method: 'POST', headers: { ...protobuf, ...length } },
      (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode ?? 0));
      },
    );
    sent.on('error', reject);
    sent.write(body.subarray(0, 50_000));
    sent.end(body.subarray(50_000));
  });
}

test('a client that gives up half-way leaves nothing behind', () =>
  withReceiver({}, async (address, intake, { bytesInFlight }) => {
    const [host, port] = address.split(':');
    const headers = { ...protobuf, 'content-length': String(payload.length) };
    const sent = request({ host, port, path: '/v1/logs', method: 'POST', headers });
    sent.on('error', () => {});
    sent.write(payload.subarray(0, 50_000));
    await until(() => bytesInFlight() === payload.length);
    sent.destroy();
    await until(() => bytesInFlight() === 0);
    assert.equal(intake.deliveries.length, 0);
  }));

test('a request that does not arrive in time is closed', () =>
  withReceiver({ request_timeout_seconds: 0.2 }, async (address, _intake, { bytesInFlight }) => {
    const [host, port] = address.split(':');
    const headers = { ...protobuf, 'content-length': String(payload.length) };
    const sent = request({ host, port, path: '/v1/logs', method: 'POST', headers });
    let closed = false;
    sent.on('error', () => {});
    sent.on('close', () => {
      closed = true;
    });
    sent.write(payload.subarray(0, 50_000));
    await until(() => closed && bytesInFlight() === 0);
  }));

for (const [raw, message] of [
  [{ endpoint: '4318' }, 'receivers.otlp.http.endpoint: must be host:port'],
  [{ keepalive_seconds: -1 }, 'receivers.otlp.http.keepalive_seconds: '],
] as const) {
  test(`a wrong configuration names its key: ${message}`, () => {
    assert.throws(
      () => parseOtlpHttpConfig(raw),
      (error: Error) => error.message.startsWith(message),
    );
  });
}
