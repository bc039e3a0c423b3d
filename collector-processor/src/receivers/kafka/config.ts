import * as z from 'zod';
import { parseSection } from '../config-section.ts';

const mebibyte = 1024 * 1024;

const topic = z.strictObject({
  /** An exact name, a name with `*`, or `^` and a regular expression. */
  topic: z.string().min(1).superRefine(checkPattern),
  /** What OTLP protobuf in it carries; protobuf does not tell. Unset: by the topic's name (span, trace, metric), else logs. */
  signal: z.enum(['logs', 'traces', 'metrics']).optional(),
  /** Unset: seen from each message. `native` is a tool's own format: JSON, NDJSON, a JSON array, text. */
  encoding: z.enum(['auto', 'otlp_proto', 'otlp_json', 'native']).default('auto'),
});

const schema = z.strictObject({
  /** Bootstrap addresses, `host:port`. */
  brokers: z.array(z.string().regex(/^.+:\d{1,5}$/, 'must be host:port')).min(1),
  /** Names or patterns, or entries with hints. Topics that appear later are found within a minute. */
  topics: z.array(z.union([z.string().min(1).superRefine(checkPattern), topic])).min(1),
  /** Unset: cnapp-slo. */
  group_id: z.string().min(1).default('cnapp-slo'),
  client_id: z.string().min(1).default('cnapp-slo'),
  /** Where to begin in a partition that neither the store nor the group knows. Unset: earliest. */
  initial_offset: z.enum(['earliest', 'latest']).default('earliest'),
  /** Appended to a topic's name for messages that cannot be decoded. Unset: `.dlq`. */
  dead_letter_suffix: z.string().min(1).default('.dlq'),
  /** Values being processed, together. Unset: 32 MiB. What the broker sends ahead comes on top, once. */
  max_bytes_in_flight: z
    .int()
    .min(1024)
    .default(32 * mebibyte),
  /** Partitions processed at the same time. Unset: 4. */
  max_concurrent_partitions: z.int().min(1).max(64).default(4),
  /** How often the topics are listed again for new matches. Unset: 60. */
  topic_refresh_seconds: z.number().positive().default(60),
  /** Unset: no TLS. `{}` uses the system's authorities. Files are PEM. */
  tls: z
    .strictObject({
      ca_file: z.string().min(1).optional(),
      cert_file: z.string().min(1).optional(),
      key_file: z.string().min(1).optional(),
    })
    .optional(),
  /** Unset: none. The password is read from a file. */
  sasl: z
    .strictObject({
      mechanism: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']),
      username: z.string().min(1),
      password_file: z.string().min(1),
    })
    .optional(),
});

export type TopicHint = z.output<typeof topic>;
export type KafkaConfig = Omit<z.output<typeof schema>, 'topics'> & { topics: TopicHint[] };

/** The section `receivers.kafka`; null when it is absent: nothing is consumed. Throws an Error that names the wrong keys. */
export function parseKafkaConfig(raw: unknown, key = 'receivers.kafka'): KafkaConfig | null {
  if (raw === undefined || raw === null) return null;
  const config = parseSection(schema, key, raw);
  const topics = config.topics.map((entry) =>
    typeof entry === 'string' ? { topic: entry, encoding: 'auto' as const } : entry,
  );
  return { ...config, topics };
}

function checkPattern(pattern: string, context: z.RefinementCtx): void {
  try {
    topicMatcher(pattern);
  } catch {
    context.addIssue({ code: 'custom', message: 'is no regular expression' });
  }
}

/** Throws for a malformed regular expression. */
export function topicMatcher(pattern: string): (topic: string) => boolean {
  const escaped = pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
  const expression = new RegExp(pattern.startsWith('^') ? pattern : `^${escaped}$`);
  return (name) => expression.test(name);
}
