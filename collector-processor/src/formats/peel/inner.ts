import type { Envelope, Json } from '@cnapp-slo/model';
import { defined } from '../read.ts';
import { parseTime } from '../time.ts';

/** What is inside an envelope: a parsed value, or text or bytes that are to be parsed in turn. */
export interface Inner {
  content: Json | Uint8Array;
  envelope: Envelope;
}

/** The envelope with more resource attributes, record attributes and a time; undefined ones are left out, what is already known stays. */
export function enrich(
  envelope: Envelope,
  more: {
    resource?: Record<string, Json | undefined>;
    attributes?: Record<string, Json | undefined>;
    time?: Json | undefined;
  },
): Envelope {
  const time = parseTime(more.time);
  return {
    ...envelope,
    resource: more.resource === undefined ? envelope.resource : { ...defined(more.resource), ...envelope.resource },
    attributes:
      more.attributes === undefined ? envelope.attributes : { ...envelope.attributes, ...defined(more.attributes) },
    ...(time === undefined ? {} : { recordTimeMs: time }),
  };
}
