import type { Delivery, Signal } from '@cnapp-slo/model';
import type { TopicHint } from './config.ts';

export type Sniffed =
  | { ok: true; encoding: Delivery['encoding']; signal: Signal; bytes: Uint8Array }
  | { ok: false; code: string; message: string };

const jsonSignals: Record<string, Signal> = {
  resourceLogs: 'logs',
  resourceSpans: 'traces',
  resourceMetrics: 'metrics',
};

/**
 * What a message's value is. The Collector's Kafka exporter writes no content type, so structure decides; the topic's
 * hints fill in what it cannot tell (collector-contrib:exporter/kafkaexporter/README.md).
 */
export function sniff(value: Uint8Array, topic: string, hint: TopicHint | undefined): Sniffed {
  const signal = hint?.signal ?? signalOfTopic(topic);
  const encoding = hint?.encoding ?? 'auto';
  if (encoding !== 'auto') return { ok: true, encoding, signal: encoding === 'native' ? 'logs' : signal, bytes: value };

  const bytes = withoutSchemaId(value);
  if (bytes === null) {
    return { ok: false, code: 'kafka.schema_registry', message: 'values with a schema id can only hold JSON' };
  }
  if (startsWith(bytes, 'Obj\x01')) return { ok: false, code: 'kafka.avro', message: 'Avro is not understood' };
  if (isOtlpProto(bytes)) return { ok: true, encoding: 'otlp_proto', signal, bytes };
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 256)).toString('latin1');
  const name = /^\s*\{\s*"(resourceLogs|resourceSpans|resourceMetrics)"\s*:/.exec(head)?.[1];
  const jsonSignal = name === undefined ? undefined : jsonSignals[name];
  if (jsonSignal !== undefined) return { ok: true, encoding: 'otlp_json', signal: jsonSignal, bytes };
  return { ok: true, encoding: 'native', signal: 'logs', bytes };
}

/** The exporter's default topics are otlp_logs, otlp_spans and otlp_metrics. */
function signalOfTopic(topic: string): Signal {
  if (/span|trace/i.test(topic)) return 'traces';
  return /metric/i.test(topic) ? 'metrics' : 'logs';
}

/** Confluent's wire format is a zero byte, a four-byte schema id and the value; null when that value is no JSON. */
function withoutSchemaId(value: Uint8Array): Uint8Array | null {
  if (value[0] !== 0) return value;
  const first = value[5];
  return first === 0x7b || first === 0x5b ? value.subarray(5) : null;
}

/** All three OTLP requests are nothing but field 1, length-delimited, again and again up to the last byte. */
function isOtlpProto(bytes: Uint8Array): boolean {
  let at = 0;
  while (at < bytes.byteLength) {
    if (bytes[at++] !== 0x0a) return false;
    let length = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      if (byte === undefined || shift > 28) return false;
      length += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) break;
    }
    at += length;
  }
  return at === bytes.byteLength && at > 0;
}

function startsWith(bytes: Uint8Array, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[i] !== text.charCodeAt(i)) return false;
  return true;
}
