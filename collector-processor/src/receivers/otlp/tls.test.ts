import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:http2';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { parseOtlpGrpcConfig } from '../otlp-grpc/config.ts';
import { OtlpGrpcReceiver } from '../otlp-grpc/receiver.ts';
import { callGrpc, grpcFrame } from '../otlp-grpc/test-client.ts';
import { parseOtlpHttpConfig } from '../otlp-http/config.ts';
import { OtlpHttpReceiver } from '../otlp-http/receiver.ts';
import { RecordingIntake, recordingSettings } from '../receiver-contract.ts';

let folder = '';
const file = (name: string): string => join(folder, name);
const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });

/** A certificate authority, and a certificate of it for the server and for a client. */
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cnapp-tls-'));
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=ca', '-days', '2');
  writeFileSync(file('san'), 'subjectAltName=IP:127.0.0.1');
  for (const name of ['server', 'client']) {
    openssl('req', ...key, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`);
    const signing = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'san'];
    openssl('x509', '-req', '-in', `${name}.csr`, ...signing, '-out', `${name}.pem`);
  }
});
after(() => rm(folder, { recursive: true, force: true }));

const clientOptions = (withCertificate: boolean) => ({
  ca: readFileSync(file('ca.pem')),
  ...(withCertificate ? { cert: readFileSync(file('client.pem')), key: readFileSync(file('client.key')) } : {}),
});
const raw = (mutual: boolean) => ({
  endpoint: '127.0.0.1:0',
  tls: {
    cert_file: file('server.pem'),
    key_file: file('server.key'),
    ...(mutual ? { client_ca_file: file('ca.pem') } : {}),
  },
});

async function sendGrpc(mutual: boolean, withCertificate: boolean): Promise<number> {
  const config = parseOtlpGrpcConfig(raw(mutual));
  const receiver = new OtlpGrpcReceiver(config, new RecordingIntake(), recordingSettings().settings);
  await receiver.start();
  try {
    const session = connect(`https://${receiver.address}`, clientOptions(withCertificate));
    const failed = new Promise<never>((_, reject) => session.on('error', reject));
    const { status } = await Promise.race([failed, callGrpc('', grpcFrame(Buffer.from('x')), {}, session)]);
    return status;
  } finally {
    await receiver.stop();
  }
}

async function sendHttp(mutual: boolean, withCertificate: boolean): Promise<number> {
  const config = parseOtlpHttpConfig(raw(mutual));
  const receiver = new OtlpHttpReceiver(config, new RecordingIntake(), recordingSettings().settings);
  await receiver.start();
  try {
    const headers = { 'content-type': 'application/x-protobuf' };
    const options = { method: 'POST', headers, agent: false as const, ...clientOptions(withCertificate) };
    return await new Promise((resolve, reject) => {
      const sent = request(`https://${receiver.address}/v1/logs`, options, (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode ?? 0));
      });
      sent.on('error', reject);
      sent.end('x');
    });
  } finally {
    await receiver.stop();
  }
}

for (const [name, send, ok] of [
  ['OTLP/gRPC', sendGrpc, 0],
  ['OTLP/HTTP', sendHttp, 200],
] as const) {
  test(`${name} speaks TLS when it has a certificate`, async () => {
    assert.equal(await send(false, false), ok);
  });
  test(`${name} with a client authority takes clients with its certificate and no others`, async () => {
    assert.equal(await send(true, true), ok);
    await assert.rejects(send(true, false));
  });
}
