import { SLIS } from '@cnapp-slo/model';
import { z } from 'zod';
import { TiersConfig } from './config.ts';

const endpoint = z.string().regex(/^https?:\/\/[^/]+/, 'want http://host:port');
const headers = z.record(z.string(), z.string()).default({});
const isSliId = (id: string): boolean => SLIS.some(({ definition }) => definition.id === id);
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
  /** How a change of the tiers is rolled out, and what takes it back. */
  rollout: z
    .strictObject({
      /** At least so long in shadow, and so long on canary, before the next step. Unset: 3600 s each. */
      shadow_seconds: z.number().min(0).default(3600),
      canary_seconds: z.number().min(0).default(3600),
      /** Of the senders. Unset: a tenth. */
      canary_share: z.number().gt(0).max(1).default(0.1),
      guards: z
        .strictObject({
          /** Looked at so often, over this much of the past at most. Unset: every 30 s, over 3600 s. */
          interval_seconds: z.number().positive().default(30),
          window_seconds: z.number().min(60).max(86_400).default(3600),
          /** The kept share of the bytes may be so far from the closed form. Unset: .05. */
          kept_share_off: z.number().gt(0).max(1).default(0.05),
          /** 95 % relative error of counts. Unset: .1. */
          sli_error: z.number().positive().default(0.1),
          /** Fewer events say nothing about either. Unset: 1000. */
          least_events: z.number().int().positive().default(1000),
          /** With an override, recall on c0 and c1 may be so far below what was predicted. Unset: .05. */
          recall_off: z.number().min(0).max(1).default(0.05),
          /** How far the good share of an SLI may fall since the step began, by SLI. Unset: .02 for mttd-config and runtime-detection. */
          sli_ratio_drop: z
            .record(z.string().refine(isSliId, 'want the id of an SLI'), z.number().min(0).max(1))
            .default({ 'mttd-config': 0.02, 'runtime-detection': 0.02 }),
        })
        .prefault({}),
    })
    .prefault({}),
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
