import * as z from 'zod';
import { durationMs, httpUrl } from '../config.ts';
import { secretPlace } from '../secret.ts';

export const webhookConfig = z.strictObject({
  kind: z.literal('webhook'),
  /** Where to post. Required. */
  url: httpUrl,
  /** Place of the key that signs. Required: an unsigned call could be anybody's. */
  secret: secretPlace,
  /** CloudEvents `source`. Unset: /cnapp-slo. */
  source: z.string().min(1).default('/cnapp-slo'),
  /** How long one request may take. Unset: 10s. */
  timeout: durationMs.default(10_000),
  /** Least time between two calls. Unset: none. */
  min_interval: durationMs.default(0),
});
export type WebhookConfig = z.output<typeof webhookConfig>;
