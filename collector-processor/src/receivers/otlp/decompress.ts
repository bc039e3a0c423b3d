import { promisify } from 'node:util';
import { gunzip, gunzipSync, zstdDecompress, zstdDecompressSync } from 'node:zlib';

export type Compression = 'none' | 'gzip' | 'zstd';

export type Decompressed = { ok: true; bytes: Uint8Array } | { ok: false; reason: 'too_large' | 'corrupt' };

/** A hop to the thread pool costs more than inflating less than this (compressed) here; more would hold up the loop. */
const synchronousBelow = 32 * 1024;
/** Of Node's four zlib threads; others wait with their compressed bytes only, so that memory stays bounded. */
const maxAtOnce = 4;

const codecs = {
  gzip: { sync: gunzipSync, async: promisify(gunzip) },
  zstd: { sync: zstdDecompressSync, async: promisify(zstdDecompress) },
};

/** The compression of a `grpc-encoding` or `content-encoding` header; null for one we do not have. */
export function compressionOf(header: string | undefined): Compression | null {
  if (header === undefined || header === '' || header === 'identity' || header === 'none') return 'none';
  return header === 'gzip' || header === 'zstd' ? header : null;
}

/** Inflates up to `maxBytes`; never rejects. */
export async function decompress(bytes: Uint8Array, compression: Compression, maxBytes: number): Promise<Decompressed> {
  if (compression === 'none') return { ok: true, bytes };
  const codec = codecs[compression];
  // A larger chunk saves copies; more than the output can be is waste.
  const options = { maxOutputLength: maxBytes, chunkSize: Math.min(256 * 1024, Math.max(1024, maxBytes)) };
  try {
    if (bytes.byteLength < synchronousBelow) return { ok: true, bytes: codec.sync(bytes, options) };
    return { ok: true, bytes: await inTurn(() => codec.async(bytes, options)) };
  } catch (error) {
    const tooLarge = error instanceof RangeError && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
    return { ok: false, reason: tooLarge ? 'too_large' : 'corrupt' };
  }
}

let running = 0;
const waiting: (() => void)[] = [];

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= maxAtOnce) await new Promise<void>((resolve) => waiting.push(resolve));
  else running++;
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next === undefined) running--;
    else next(); // takes over this one's place
  }
}
