import type { IncomingMessage } from 'node:http';

export type Body = { ok: true; bytes: Buffer } | { ok: false; reason: 'too_large' | 'no_room' | 'aborted' };

/**
 * Reads a request's body. What is kept is reserved first: all of it when its length is announced, else piece by piece.
 * A refused body is still taken in and thrown away, because a client that is cut off while it writes sees a broken
 * connection in place of the answer; at four times the limit it is cut off all the same.
 */
export function readBody(
  request: IncomingMessage,
  maxBytes: number,
  reserve: (bytes: number) => boolean,
): Promise<Body> {
  const announced = Number(request.headers['content-length'] ?? Number.NaN);
  const isAnnounced = announced >= 0;
  const chunks: Buffer[] = [];
  let length = 0;
  let refusal: 'too_large' | 'no_room' | undefined;
  if (announced > maxBytes) refusal = 'too_large';
  else if (isAnnounced && !reserve(announced)) refusal = 'no_room';

  return new Promise((resolve) => {
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > maxBytes) refusal = 'too_large';
      else if (refusal === undefined && !isAnnounced && !reserve(chunk.length)) refusal = 'no_room';
      if (refusal === undefined) chunks.push(chunk);
      else chunks.length = 0;
      if (length > 4 * maxBytes) resolve({ ok: false, reason: 'too_large' });
    });
    request.on('end', () => {
      if (refusal !== undefined) resolve({ ok: false, reason: refusal });
      else resolve({ ok: true, bytes: chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks) });
    });
    request.on('close', () => resolve({ ok: false, reason: 'aborted' }));
  });
}
