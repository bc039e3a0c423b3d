import { type ClientHttp2Session, connect } from 'node:http2';

export interface GrpcAnswer {
  status: number;
  message: string;
  headers: Record<string, string>;
  /** The response message, without its frame; undefined for trailers-only. */
  body: Buffer | undefined;
}

export const logsPath = '/opentelemetry.proto.collector.logs.v1.LogsService/Export';

export function grpcFrame(message: Uint8Array, compressed = false): Buffer {
  const prefix = Buffer.alloc(5);
  prefix[0] = compressed ? 1 : 0;
  prefix.writeUInt32BE(message.byteLength, 1);
  return Buffer.concat([prefix, message]);
}

/** For tests: one call on a connection of its own, the bytes after the headers as given. */
export async function callGrpc(
  address: string,
  bytes: Uint8Array,
  headers: Record<string, string> = {},
  session: ClientHttp2Session = connect(`http://${address}`),
): Promise<GrpcAnswer> {
  try {
    return await call(session, bytes, headers);
  } finally {
    session.close();
  }
}

export function call(session: ClientHttp2Session, bytes: Uint8Array, headers: Record<string, string>) {
  return new Promise<GrpcAnswer>((resolve, reject) => {
    const stream = session.request({
      ':method': 'POST',
      ':path': logsPath,
      'content-type': 'application/grpc',
      te: 'trailers',
      ...headers,
    });
    let told: Record<string, string> = {};
    const chunks: Buffer[] = [];
    const note = (more: object): void => {
      for (const [name, value] of Object.entries(more)) told = { ...told, [name]: String(value) };
    };
    stream.on('response', note);
    stream.on('trailers', note);
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('error', reject);
    stream.on('close', () => {
      const body = chunks.length === 0 ? undefined : Buffer.concat(chunks).subarray(5);
      const message = decodeURIComponent(told['grpc-message'] ?? '');
      resolve({ status: Number(told['grpc-status'] ?? -1), message, headers: told, body });
    });
    stream.end(bytes);
  });
}
