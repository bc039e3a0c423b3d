import { z } from 'zod';
import { TiersConfig } from './config.ts';

const endpoint = z.string().regex(/^https?:\/\/[^/]+/, 'want http://host:port');
const headers = z.record(z.string(), z.string()).default({});
const budget = z.number().positive().optional();

/** `sampling`: unset, telemetry is counted by tier and nothing else. */
export const SamplingConfig = z.strictObject({
  /** `shadow` decides and counts, `forward` also sends on what is kept. Unset: off. */
  mode: z.enum(['off', 'shadow', 'forward']).default('off'),
  /** What is kept; the same as the tiers file of `cnapp simulate`. */
  tiers: TiersConfig.default(TiersConfig.parse({})),
  /** Bytes a day that a tier may keep, by adaptive threshold. Unset: no budget. */
  bytes_per_day: z.strictObject({ T0: budget, T1: budget, T2: budget, T3: budget }).default({}),
  /** How long a promotion lasts. Unset: 3600 s. */
  promotion_seconds: z.number().positive().default(3600),
  /** Runtime and identity detections promote their asset. Unset: true. */
  promote_on_detection: z.boolean().default(true),
  /** Folder of the queue and of the ring buffer. Unset: `.cnapp/sampling`. */
  path: z.string().min(1).default('.cnapp/sampling'),
  /** What was dropped is kept so long, for promotions. Unset: 600 s; 0 keeps nothing. */
  ring_seconds: z.number().min(0).max(3600).default(600),
  /** Unset: 256 MiB. */
  ring_max_bytes: z
    .number()
    .positive()
    .default(256 * 1024 * 1024),
  /** What waits for the downstream; more is answered with a retryable refusal. Unset: 1 GiB. */
  queue_max_bytes: z
    .number()
    .positive()
    .default(1024 * 1024 * 1024),
  /** One of them, with mode `forward`. */
  forward: z
    .strictObject({
      otlp_http: z.strictObject({ endpoint, headers }).optional(),
      otlp_grpc: z.strictObject({ endpoint, headers }).optional(),
      kafka: z
        .strictObject({
          brokers: z.array(z.string().min(1)).min(1),
          logs_topic: z.string().default('sampled_logs'),
          traces_topic: z.string().default('sampled_spans'),
          client_id: z.string().default('cnapp-sampling'),
        })
        .optional(),
      /** Unset: 10 s. */
      timeout_ms: z.number().positive().default(10_000),
    })
    .refine((to) => [to.otlp_http, to.otlp_grpc, to.kafka].filter((one) => one !== undefined).length === 1, {
      message: 'want one of otlp_http, otlp_grpc and kafka',
    })
    .optional(),
});

export type SamplingConfig = z.infer<typeof SamplingConfig>;
