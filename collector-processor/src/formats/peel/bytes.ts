import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { LIMITS } from './limits.ts';

/** The bytes, expanded where they are gzip or zstd; undefined when that fails or exceeds the bound. */
export function expand(bytes: Uint8Array): Uint8Array | undefined {
  const options = { maxOutputLength: LIMITS.bytes };
  try {
    if (bytes[0] === 0x1f && bytes[1] === 0x8b) return gunzipSync(bytes, options);
    if (bytes[0] === 0x28 && bytes[1] === 0xb5 && bytes[2] === 0x2f && bytes[3] === 0xfd)
      return zstdDecompressSync(bytes, options);
  } catch {
    return undefined;
  }
  return bytes;
}

/** Base64 text (either alphabet) as bytes, expanded where they are compressed; undefined when it is no base64 or expands beyond the bound. */
export function fromBase64(text: string): Uint8Array | undefined {
  if (!/^[A-Za-z0-9+/_=\s-]+$/.test(text)) return undefined;
  const bytes = Buffer.from(text, 'base64');
  return bytes.length === 0 ? undefined : expand(bytes);
}

/** Text in the encoding that its byte order mark says, else UTF-8. Windows PowerShell redirects output as UTF-16. */
export function decodeText(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  return new TextDecoder().decode(isFramed(bytes) ? bytes.subarray(5) : bytes);
}

/** A schema registry's frame: a zero byte and the schema's number before the JSON. */
function isFramed(bytes: Uint8Array): boolean {
  return bytes[0] === 0 && (bytes[5] === 0x7b || bytes[5] === 0x5b);
}
