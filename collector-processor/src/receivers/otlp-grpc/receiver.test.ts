import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:http2';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { testReceiverContract, until, whileListening } from '../receiver-contract.ts';
import { parseOtlpGrpcConfig } from './config.ts';
import { OtlpGrpcReceiver } from './receiver.ts';
import { call, callGrpc, grpcFrame, logsPath } from './test-client.ts';

const loopback = '127.0.0.1:0';

testReceiverContract('OTLP/gRPC', {
  create: (intake, settings, limits) =>
    new OtlpGrpcReceiver(parseOtlpGrpcConfig({ endpoint: loopback, ...limits }), intake, settings),
  async send(receiver, body) {
    const { status } = await callGrpc((receiver as OtlpGrpcReceiver).address ?? '', grpcFrame(body));
    return status === 0 ? 'accepted' : status === 14 ? 'retry' : 'refused';
  },
});

const withReceiver = (raw: Record<string, unknown>, body: Parameters<typeof whileListening>[1]): Promise<void> =>
  whileListening((intake, settings) => {
    const config = parseOtlpGrpcConfig({ endpoint: loopback, ...raw });
    return new OtlpGrpcReceiver(config, intake, settings);
  }, body);

const payload = Buffer.alloc(100_000, 'abcdefgh');

for (const [encoding, body] of [
  ['identity', grpcFrame(payload)],
  ['gzip', grpcFrame(gzipSync(payload), true)],
  ['zstd', grpcFrame(zstdCompressSync(payload), true)],
  ['gzip', grpcFrame(payload)], // the flag decides, message by message
] as const) {
  test(`a message arrives whole with grpc-encoding ${encoding}, flag ${body[0]}`, () =>
    withReceiver({}, async (address, intake) => {
      const { status, body: response } = await callGrpc(address, body, { 'grpc-encoding': encoding });
      assert.equal(status, 0);
      assert.equal(response?.length, 0);
      assert.deepEqual(Buffer.from(intake.deliveries[0]?.bytes ?? []), payload);
      assert.equal(intake.deliveries[0]?.encoding, 'otlp_proto');
    }));
}

for (const [service, signal] of [
  ['logs.v1.LogsService', 'logs'],
  ['trace.v1.TraceService', 'traces'],
  ['metrics.v1.MetricsService', 'metrics'],
] as const) {
  test(`${service} delivers ${signal}`, () =>
    withReceiver({}, async (address, intake, { counts }) => {
      const path = `/opentelemetry.proto.collector.${service}/Export`;
      assert.equal((await callGrpc(address, grpcFrame(payload), { ':path': path })).status, 0);
      assert.equal(intake.deliveries[0]?.signal, signal);
      assert.equal(counts[`request ${signal} OK`], 1);
      assert.equal(counts[`bytes ${signal}`], payload.length);
    }));
}

test('incompressible data of more than 32 KiB inflates off the loop', () =>
  withReceiver({}, async (address, intake) => {
    const random = crypto.getRandomValues(new Uint8Array(60_000));
    const { status } = await callGrpc(address, grpcFrame(gzipSync(random), true), { 'grpc-encoding': 'gzip' });
    assert.equal(status, 0);
    assert.deepEqual(Buffer.from(intake.deliveries[0]?.bytes ?? []), Buffer.from(random));
  }));

test('some rejected records are a partial success with their number and a reason', () =>
  withReceiver({}, async (address, intake, { counts }) => {
    intake.answer = () => ({ status: 'accepted', records: 497, rejected: 300, message: 'no time' });
    const { status, body } = await callGrpc(address, grpcFrame(payload));
    assert.equal(status, 0);
    // partial_success = 1 { rejected_log_records = 1: 300, error_message = 2: "no time" }, by hand
    assert.equal(body?.toString('hex'), `0a0c08ac021207${Buffer.from('no time').toString('hex')}`);
    assert.equal(counts['refused logs intake.rejected'], 300);
    assert.equal(counts['accepted logs'], 497);
  }));

test('overload is UNAVAILABLE with a RetryInfo that says how long to wait', () =>
  withReceiver({}, async (address, intake) => {
    intake.answer = () => ({ status: 'retryable', code: 'store.full', retryAfterMs: 2500 });
    const { status, message, headers } = await callGrpc(address, grpcFrame(payload));
    assert.deepEqual([status, message], [14, 'store.full']);
    // Status { code: 14, message, details: Any { type_url, value: RetryInfo { Duration { 2 s, 500,000,000 ns } } } }
    const details = Buffer.from(headers['grpc-status-details-bin'] ?? '', 'base64').toString('latin1');
    const type = 'type.googleapis.com/google.rpc.RetryInfo';
    const delay = '\x0a\x08\x08\x02\x10\x80\xca\xb5\xee\x01';
    assert.equal(details, `\x08\x0e\x12\x0astore.full\x1a\x36\x0a\x28${type}\x12\x0a${delay}`);
  }));

test('a message beyond the limit is RESOURCE_EXHAUSTED without RetryInfo, compressed or not', () =>
  withReceiver({ max_message_bytes: 50_000 }, async (address, intake) => {
    for (const [body, headers] of [
      [grpcFrame(payload), {}],
      [grpcFrame(gzipSync(payload), true), { 'grpc-encoding': 'gzip' }],
      [grpcFrame(zstdCompressSync(payload), true), { 'grpc-encoding': 'zstd' }],
    ] as const) {
      const answer = await callGrpc(address, body, headers);
      assert.equal(answer.status, 8);
      assert.equal(answer.headers['grpc-status-details-bin'], undefined);
    }
    assert.equal(intake.deliveries.length, 0);
  }));

test('bytes beyond max_bytes_in_flight are refused for now, before they are read', () =>
  withReceiver({ max_bytes_in_flight: 150_000 }, async (address, intake, { bytesInFlight, counts }) => {
    let release = (): void => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    intake.answer = () => gate.then(() => ({ status: 'accepted', records: 1, rejected: 0 }));
    const first = callGrpc(address, grpcFrame(payload));
    await until(() => intake.deliveries.length === 1);
    const second = await callGrpc(address, grpcFrame(payload));
    assert.deepEqual([second.status, second.message], [14, 'receiver.bytes_in_flight']);
    assert.ok(second.headers['grpc-status-details-bin']);
    assert.equal(bytesInFlight(), payload.length);
    assert.equal(counts['request logs UNAVAILABLE'], 1);
    release();
    assert.equal((await first).status, 0);
    assert.equal((await callGrpc(address, grpcFrame(payload))).status, 0);
  }));

const prefix = (flag: number, length: number) => Buffer.from([flag, 0, 0, 0, length]);
const refused = [
  [
    'an unknown method',
    { ':path': '/opentelemetry.proto.collector.logs.v1.LogsService/Import' },
    grpcFrame(payload),
    12,
  ],
  ['another content type', { 'content-type': 'application/json' }, grpcFrame(payload), 12],
  ['an unknown encoding', { 'grpc-encoding': 'snappy' }, grpcFrame(payload, true), 12],
  ['a compressed message without an encoding', {}, grpcFrame(payload, true), 3],
  ['a message that is no gzip', { 'grpc-encoding': 'gzip' }, grpcFrame(payload, true), 3],
  ['a message that is no zstd', { 'grpc-encoding': 'zstd' }, grpcFrame(payload, true), 3],
  ['a body that ends early', {}, prefix(0, 9), 3],
  ['no body', {}, Buffer.alloc(0), 3],
  ['an unknown flag', {}, prefix(2, 0), 3],
  ['two messages', {}, Buffer.concat([prefix(0, 0), prefix(0, 0)]), 3],
  ['a deadline that has passed', { 'grpc-timeout': '1n' }, grpcFrame(payload), 4],
] as const;
for (const [what, headers, body, want] of refused) {
  test(`${what} is answered with status ${want} and reaches no intake`, () =>
    withReceiver({}, async (address, intake, { bytesInFlight }) => {
      const { status } = await callGrpc(address, body, headers);
      assert.equal(status, want);
      assert.equal(intake.deliveries.length, 0);
      assert.equal(bytesInFlight(), 0);
    }));
}

test('an unknown encoding is told which ones there are', () =>
  withReceiver({}, async (address) => {
    const { headers } = await callGrpc(address, grpcFrame(payload, true), { 'grpc-encoding': 'snappy' });
    assert.equal(headers['grpc-accept-encoding'], 'identity,gzip,zstd');
  }));

test('a message in many pieces arrives whole', () =>
  withReceiver({}, async (address, intake) => {
    const session = connect(`http://${address}`);
    const stream = session.request({ ':method': 'POST', ':path': logsPath, 'content-type': 'application/grpc' });
    for (const byte of grpcFrame(Buffer.from('in pieces'))) {
      await new Promise((resolve) => stream.write(Buffer.from([byte]), resolve));
    }
    stream.end();
    await until(() => intake.deliveries.length === 1);
    assert.equal(Buffer.from(intake.deliveries[0]?.bytes ?? []).toString(), 'in pieces');
    session.destroy();
  }));

test('a sender that gives up half-way leaves nothing behind', () =>
  withReceiver({}, async (address, intake, { bytesInFlight }) => {
    const session = connect(`http://${address}`);
    const stream = session.request({ ':method': 'POST', ':path': logsPath, 'content-type': 'application/grpc' });
    stream.on('error', () => {});
    stream.write(grpcFrame(payload).subarray(0, 50_000));
    await until(() => bytesInFlight() === payload.length);
    stream.destroy();
    await until(() => bytesInFlight() === 0);
    assert.equal(intake.deliveries.length, 0);
    session.destroy();
  }));

test('a request that does not arrive in time is cancelled', () =>
  withReceiver({ request_timeout_seconds: 0.1 }, async (address, _intake, { bytesInFlight }) => {
    const session = connect(`http://${address}`);
    const stream = session.request({ ':method': 'POST', ':path': logsPath, 'content-type': 'application/grpc' });
    let closed = false;
    stream.on('error', () => {});
    stream.on('close', () => {
      closed = true;
    });
    stream.write(grpcFrame(payload).subarray(0, 50_000));
    await until(() => closed);
    assert.equal(bytesInFlight(), 0);
    session.destroy();
  }));

test('a peer that answers no ping is closed, one that does stays', () =>
  withReceiver({ keepalive_seconds: 0.05 }, async (address) => {
    const session = connect(`http://${address}`);
    const [host, port] = address.split(':');
    const silent = connectTcp(Number(port), host);
    let closed = false;
    silent.on('close', () => {
      closed = true;
    });
    silent.resume();
    silent.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'); // the client preface, RFC 9113 section 3.4
    silent.write(Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0])); // an empty SETTINGS frame
    await until(() => closed);
    assert.equal((await call(session, grpcFrame(payload), {})).status, 0);
    session.close();
  }));

test('with a token, others are UNAUTHENTICATED', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cnapp-token-'));
  const file = join(folder, 'token');
  writeFileSync(file, 'correct horse\n');
  await withReceiver({ bearer_token_file: file }, async (address) => {
    const status = async (authorization?: string) =>
      (await callGrpc(address, grpcFrame(payload), authorization === undefined ? {} : { authorization })).status;
    assert.equal(await status(), 16);
    assert.equal(await status('Bearer wrong'), 16);
    assert.equal(await status('Basic correct horse'), 16);
    assert.equal(await status('Bearer correct horse'), 0);
  });
  rmSync(folder, { recursive: true });
});

test('many calls share a connection, and their buffers do not mix', () =>
  withReceiver({}, async (address, intake) => {
    const session = connect(`http://${address}`, { maxSessionMemory: 100 }); // the client holds what it has yet to send
    const bodies = Array.from({ length: 150 }, (_, i) => Buffer.alloc(65_000 + 1000 * i, `message ${i} `));
    let answered = 0;
    intake.answer = async ({ bytes }) => {
      const before = Buffer.from(bytes);
      if (answered++ % 3 === 0) await new Promise((resolve) => setTimeout(resolve, 5)); // others come in between
      assert.ok(before.equals(bytes), 'the bytes stay until the answer');
      return { status: 'accepted', records: 1, rejected: 0 };
    };
    const answers = await Promise.all(bodies.map((body) => call(session, grpcFrame(body), {})));
    assert.ok(answers.every(({ status }) => status === 0));
    const byLength = new Map(intake.deliveries.map(({ bytes }) => [bytes.byteLength, Buffer.from(bytes)]));
    for (const body of bodies) assert.ok(byLength.get(body.length)?.equals(body));
    session.close();
  }));

for (const [raw, message] of [
  [{ endpoint: '4317' }, 'receivers.otlp.grpc.endpoint: must be host:port'],
  [{ port: 1 }, 'receivers.otlp.grpc.port: unknown key'],
  [{ tls: { cert_file: 'a' } }, 'receivers.otlp.grpc.tls.key_file: '],
  [{ max_message_bytes: 1 }, 'receivers.otlp.grpc.max_message_bytes: '],
] as const) {
  test(`a wrong configuration names its key: ${message}`, () => {
    assert.throws(
      () => parseOtlpGrpcConfig(raw),
      (error: Error) => error.message.startsWith(message),
    );
  });
}

test('a start that cannot listen, or read its files, names its key', async () => {
  await withReceiver({}, async (address, intake, { settings }) => {
    for (const [raw, key] of [
      [{ endpoint: address }, 'endpoint'],
      [{ endpoint: loopback, bearer_token_file: '/nowhere' }, 'bearer_token_file'],
      [{ endpoint: loopback, tls: { cert_file: '/nowhere', key_file: '/nowhere' } }, 'tls.cert_file'],
    ] as const) {
      const config = parseOtlpGrpcConfig(raw);
      const receiver = new OtlpGrpcReceiver(config, intake, settings);
      await assert.rejects(receiver.start(), (error: Error) =>
        error.message.startsWith(`receivers.otlp.grpc.${key}: `),
      );
      await receiver.stop();
    }
  });
});
