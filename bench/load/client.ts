/**
 * The load of the benchmarks, in a process of its own: OTLP/gRPC logs, always the same number of requests under way.
 * `node client.ts '{"address":…}'` prints one JSON line when all are answered.
 */
import { type ClientHttp2Session, connect } from 'node:http2';
import { Payload, type PayloadKind, recordsARequest } from './payload.ts';

export interface Load {
  address: string;
  kind: PayloadKind;
  seed: number;
  requests: number;
  /** Requests under way, over two connections. */
  concurrency: number;
}

export interface LoadResult {
  records: number;
  /** Requests that were not answered with status 0. */
  failed: number;
  seconds: number;
  ackMs: { p50: number; p99: number };
}

const path = '/opentelemetry.proto.collector.logs.v1.LogsService/Export';
const window = 4 * 1024 * 1024;

if (import.meta.main) {
  const load: Load = JSON.parse(process.argv[2] ?? '{}');
  process.stdout.write(`${JSON.stringify(await run(load))}\n`);
}

async function run({ address, kind, seed, requests, concurrency }: Load): Promise<LoadResult> {
  const payload = new Payload(kind, seed);
  const sessions = [0, 1].map(() => connect(`http://${address}`, { settings: { initialWindowSize: window } }));
  const ackMs: number[] = [];
  let failed = 0;
  let left = requests;
  const work = async (session: ClientHttp2Session): Promise<void> => {
    while (left-- > 0) {
      const message = payload.next(Date.now());
      const sent = performance.now();
      const status = await send(session, message);
      ackMs.push(performance.now() - sent);
      if (status !== '0') failed++;
    }
  };
  const start = performance.now();
  await Promise.all(
    Array.from({ length: concurrency }, (_, i) => {
      const session = sessions[i % sessions.length];
      return session === undefined ? undefined : work(session);
    }),
  );
  const seconds = (performance.now() - start) / 1000;
  for (const session of sessions) session.close();
  ackMs.sort((a, b) => a - b);
  const at = (share: number): number => ackMs[Math.min(ackMs.length - 1, Math.floor(ackMs.length * share))] ?? 0;
  return { records: requests * recordsARequest, failed, seconds, ackMs: { p50: at(0.5), p99: at(0.99) } };
}

function send(session: ClientHttp2Session, message: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const stream = session.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    let status = '';
    const note = (headers: Record<string, unknown>): void => {
      if (headers['grpc-status'] !== undefined) status = String(headers['grpc-status']);
    };
    stream.on('response', note);
    stream.on('trailers', note);
    stream.on('error', reject);
    stream.on('close', () => resolve(status));
    stream.resume();
    const prefix = Buffer.alloc(5);
    prefix.writeUInt32BE(message.length, 1);
    stream.write(prefix);
    stream.end(message);
  });
}
