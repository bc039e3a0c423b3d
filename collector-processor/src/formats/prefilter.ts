import type { Json } from '@cnapp-slo/model';

/** Keys of envelopes that hide what they hold (base64, gzip). */
const OPAQUE = ['awslogs', 'kinesis', 'data_base64', 'subscription', 'receivedMessages'];
/** Attributes under which a record's event may stand while its body is empty or plain text. */
const ATTRIBUTES = ['cnapp.format', 'rpc.method', 'gcp.audit.method.name', 'priority', 'k8s.resource.name'];
/** Text formats, by how they begin. */
const TEXT = /^(?:#separator|<\?xml|<bom|apiVersion:|---|SPDXVersion:|version account-id |\d{1,2} \d{12} eni-)/;
/** Ordinary log lines are shorter; looking through more would cost more than peeling. */
const SCANNED = 64 * 1024;

const GZIP = 0x1f;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LENGTHS = 64;

/** A body that begins so, and has no quote and so no key, is an ordinary line: nothing that `mayBeNative` looks for is in it. */
export function isPlainLine(firstByte: number, hasQuote: boolean): boolean {
  return !hasQuote && firstByte !== GZIP && !mayBeginText(firstByte);
}

/** Digits, `#`, `-`, `<` and `a`. */
function mayBeginText(firstByte: number): boolean {
  return firstByte < 0x3d || firstByte === 0x61;
}

const encoder = new TextEncoder();
const latin1 = new TextDecoder('latin1');
const scratch = new Uint8Array(SCANNED * 3);

/**
 * Builds `mayBeNative` from the keys of which a document of each format, or an envelope it comes in, has at least one. It is false when a log record's body is
 * surely no such document, so that ordinary log lines cost a pass over their bytes; true promises nothing. Keys inside JSON strings (`\"auditID\"`) count.
 */
export function prefilter(
  markers: readonly string[],
): (body: string | Uint8Array, attributes?: Readonly<Record<string, Json>>) => boolean {
  // First byte and length rule out nearly every other key, the hash the rest; a collision only costs a peel.
  const candidates = new Uint8Array(128 * LENGTHS);
  const hashes = new Set<number>();
  for (const marker of [...markers, ...OPAQUE]) {
    candidates[marker.charCodeAt(0) * LENGTHS + marker.length] = 1;
    hashes.add(hashOf(encoder.encode(marker), 0, marker.length));
  }

  return (body, attributes) => {
    if (attributes !== undefined) for (const name of ATTRIBUTES) if (name in attributes) return true;
    if (body.length > SCANNED) return true;
    if (typeof body === 'string') {
      const { written } = encoder.encodeInto(body, scratch);
      return scan(scratch, written);
    }
    return scan(body, body.length);
  };

  function scan(bytes: Uint8Array, length: number): boolean {
    const first = bytes[0] ?? 0;
    if (first === GZIP) return bytes[1] === 0x8b;
    if (mayBeginText(first)) if (TEXT.test(latin1.decode(bytes.subarray(0, Math.min(length, 40))))) return true;
    for (let i = 0; i < length; i += 1) {
      if (bytes[i] !== QUOTE) continue;
      const start = i + 1;
      let end = start;
      while (end < length && bytes[end] !== QUOTE && bytes[end] !== BACKSLASH) end += 1;
      const size = end - start;
      if (size > 0 && size < LENGTHS && candidates[((bytes[start] ?? 0) & 127) * LENGTHS + size] === 1) {
        if (hashes.has(hashOf(bytes, start, end))) return true;
      }
      // The closing quote may open the next key's separator: it is looked at again.
      i = end - 1;
    }
    return false;
  }
}

/** FNV-1a, 32 bits. */
function hashOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = 0x811c9dc5;
  for (let i = from; i < to; i += 1) hash = Math.imul(hash ^ (bytes[i] ?? 0), 0x01000193);
  return hash;
}
