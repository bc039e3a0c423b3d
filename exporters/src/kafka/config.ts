import * as z from 'zod';
import { durationMs, endpoint, parseSection } from '../config.ts';

const schema = z.strictObject({
  /** Bootstrap brokers, `kafka-1:9092`. Required. */
  brokers: z.array(endpoint).min(1),
  /** Unset: cnapp.findings. */
  findings_topic: z.string().min(1).default('cnapp.findings'),
  /** Unset: cnapp.slis. */
  slis_topic: z.string().min(1).default('cnapp.slis'),
  /** Unset: cnapp-slo. */
  client_id: z.string().min(1).default('cnapp-slo'),
  /** TLS with the system's authorities. Unset: false. */
  tls: z.boolean().default(false),
  /** Unset: no authentication. */
  sasl: z
    .strictObject({
      mechanism: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']),
      username: z.string().min(1),
      password: z.string().min(1),
    })
    .optional(),
  /** How often the SLIs are looked at for changes. Unset: 30s. */
  sli_interval: durationMs.default(30_000),
  /** Messages held while the brokers are away; what exceeds them is dropped and counted. Unset: 50,000. */
  max_queue_messages: z.int().min(1).max(1_000_000).default(50_000),
});

export type KafkaExporterConfig = z.output<typeof schema>;

/** Null when the section is absent: nothing is produced. Throws an Error that names the key. */
export function parseKafkaExporterConfig(raw: unknown, key = 'exporters.kafka'): KafkaExporterConfig | null {
  return raw === undefined ? null : parseSection(schema, key, raw);
}
