import * as z from 'zod';
import { parseSection } from '../config.ts';
import { otlpSection } from '../otlp.ts';

const schema = otlpSection.extend({
  /** Spans held while the receiver is away; what exceeds them is dropped and counted. Unset: 8192. */
  max_queue_spans: z.int().min(1).max(1_000_000).default(8192),
});

export type OtlpTracesConfig = z.output<typeof schema>;

/** Null when the section is absent: no traces are exported. Throws an Error that names the key. */
export function parseOtlpTracesConfig(raw: unknown, key = 'exporters.otlp_traces'): OtlpTracesConfig | null {
  return raw === undefined ? null : parseSection(schema, key, raw);
}
