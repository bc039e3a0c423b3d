import { promisify } from 'node:util';
import { constants, gunzip, gunzipSync, zstdDecompress, zstdDecompressSync } from 'node:zlib';

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

/** The window that RFC 8878 asks decoders to support, 8 MiB: a frame can name one of 128 MiB and have it allocated. */
const params = { [constants.ZSTD_d_windowLogMax]: 23 };

/** Inflates up to `maxBytes`; never rejects. */
export async function decompress(bytes: Uint8Array, compression: Compression, maxBytes: number): Promise<Decompressed> {
  if (compression === 'none') return { ok: true, bytes };
  const codec = codecs[compression];
  const chunkSize = Math.min(maxBytes, Math.max(1024, expectedBytes(bytes, compression)));
  const options = { maxOutputLength: maxBytes, chunkSize, ...(compression === 'zstd' ? { params } : {}) };
  try {
    if (bytes.byteLength < synchronousBelow) return { ok: true, bytes: codec.sync(bytes, options) };
    return { ok: true, bytes: await inTurn(() => codec.async(bytes, options)) };
  } catch (error) {
    const tooLarge = error instanceof RangeError && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
    return { ok: false, reason: tooLarge ? 'too_large' : 'corrupt' };
  }
}

/** One chunk of the right size saves copies. Gzip ends with its length; of zstd the usual ratio for telemetry is taken. */
function expectedBytes(bytes: Uint8Array, compression: 'gzip' | 'zstd'): number {
  if (compression === 'zstd') return bytes.byteLength * 8;
  const end = bytes.byteLength;
  return end < 4 ? 0 : new DataView(bytes.buffer, bytes.byteOffset).getUint32(end - 4, true);
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
