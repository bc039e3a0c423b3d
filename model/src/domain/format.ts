import type { Observation } from './observation.ts';

/** A parsed document: JSON with objects as plain records. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** What the transport and its envelopes say about a document. */
export interface Envelope {
  /** OTLP resource attributes, or their equivalents from the envelope (cloud.account.id, k8s.cluster.name …). */
  resource: Readonly<Record<string, Json>>;
  /** OTLP log record attributes or transport headers (lower-case keys). */
  attributes: Readonly<Record<string, Json>>;
  /** The event time that the transport gives (record time, else observed time); undefined when it gives none. */
  recordTimeMs?: number;
  /** When the bytes reached us (epoch ms). */
  receivedMs: number;
  traceId?: string;
  spanId?: string;
  /** The file a document came from, for `replay` and `import`. */
  path?: string;
}

/** Why something was not taken: a stable code (`<format>.<what>`) and a sentence that names the place. */
export interface Rejection {
  code: string;
  message: string;
}

export interface Decoded {
  observations: Observation[];
  rejections: Rejection[];
}

/** One input format: recognises a peeled document and turns it into observations. Pure: time only from the envelope. */
export interface FormatAdapter {
  /** The format's id: the name of its folder under the fixtures. */
  id: string;
  stability: 'alpha' | 'beta' | 'stable';
  /** True when the document is of this format, by its structure (never by topic or file name alone). */
  matches(doc: Json, envelope: Envelope): boolean;
  /** Never throws for bad input: what cannot be read becomes a rejection. */
  decode(doc: Json, envelope: Envelope): Decoded;
}
