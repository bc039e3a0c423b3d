import type { Envelope, Json, Rejection } from '@cnapp-slo/model';
import { parseTime } from '../time.ts';
import { decodeText, expand } from './bytes.ts';
import { LIMITS } from './limits.ts';
import { parseText } from './text.ts';
import { unwrap } from './unwrap.ts';

export interface PeeledDocument {
  doc: Json;
  envelope: Envelope;
}

export interface Peeled {
  docs: PeeledDocument[];
  rejections: Rejection[];
}

/**
 * Takes the envelopes off: bytes (gzip or not), text or a parsed value become native documents, each with what its envelopes said.
 * Never throws: what cannot be read is a rejection (`peel.json`, `peel.yaml`, `peel.xml`, `peel.gzip`, `peel.too_…`), and the rest is kept.
 * A value without envelopes is one document, also the empty body of a record whose attributes say it all.
 */
export function peel(input: Uint8Array | string | Json, envelope: Envelope): Peeled {
  const peeled: Peeled = { docs: [], rejections: [] };
  try {
    peelInto(peeled, input, envelope, 0);
  } catch (error) {
    peeled.rejections.push({ code: 'peel.internal', message: error instanceof Error ? error.message : String(error) });
  }
  return peeled;
}

function peelInto(peeled: Peeled, input: Uint8Array | string | Json, envelope: Envelope, depth: number): void {
  if (depth > LIMITS.depth) {
    reject(peeled, 'peel.too_deep', `more than ${LIMITS.depth} envelopes`);
    return;
  }
  if (peeled.docs.length >= LIMITS.documents) {
    if (peeled.rejections.at(-1)?.code !== 'peel.too_many')
      reject(peeled, 'peel.too_many', `more than ${LIMITS.documents} documents`);
    return;
  }
  if (input instanceof Uint8Array) {
    peelBytes(peeled, input, envelope, depth);
    return;
  }
  if (typeof input === 'string') {
    peelString(peeled, input, envelope, depth);
    return;
  }
  if (input === null) {
    if (depth === 0 && Object.keys(envelope.attributes).length > 0) peeled.docs.push({ doc: null, envelope });
    return;
  }
  const inner = unwrap(input, envelope);
  if (inner === undefined) {
    peeled.docs.push({ doc: input, envelope });
    return;
  }
  for (const { content, envelope: enriched } of inner) peelInto(peeled, content, enriched, depth + 1);
}

function peelBytes(peeled: Peeled, bytes: Uint8Array, envelope: Envelope, depth: number): void {
  if (bytes.length > LIMITS.bytes) {
    reject(peeled, 'peel.too_large', `more than ${LIMITS.bytes} bytes`);
    return;
  }
  const plain = expand(bytes);
  if (plain === undefined) {
    reject(peeled, 'peel.gzip', 'the compressed stream is broken or too large');
    return;
  }
  peelString(peeled, decodeText(plain), envelope, depth);
}

function peelString(peeled: Peeled, text: string, envelope: Envelope, depth: number): void {
  if (text.trim() === '') {
    peelInto(peeled, null, envelope, depth);
    return;
  }
  const { values, rejections, timeText } = parseText(
    text,
    depth === 0 ? envelope.path?.replace(/\.(gz|zst)$/i, '') : undefined,
  );
  peeled.rejections.push(...rejections);
  for (const value of values) {
    const timeMs = parseTime(timeText?.get(value));
    const known = timeMs === undefined ? envelope : { ...envelope, recordTimeMs: timeMs };
    // A JSON text that is itself a string holds another text; any other string is a document of its own.
    if (typeof value !== 'string') peelInto(peeled, value, known, depth + 1);
    else if (value !== text.trim() && depth < LIMITS.depth) peelString(peeled, value, known, depth + 1);
    else peeled.docs.push({ doc: value, envelope: known });
  }
}

function reject(peeled: Peeled, code: string, message: string): void {
  peeled.rejections.push({ code, message });
}
