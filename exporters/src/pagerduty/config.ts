import * as z from 'zod';
import { durationMs, httpUrl } from '../config.ts';
import { secretPlace } from '../secret.ts';

export const pagerdutyConfig = z.strictObject({
  kind: z.literal('pagerduty'),
  /** Place of the integration key of a service (Events API v2). Required. */
  routing_key: secretPlace,
  /** PagerDuty's events API; https://events.eu.pagerduty.com in Europe. Unset: https://events.pagerduty.com. */
  endpoint: httpUrl.default('https://events.pagerduty.com'),
  /** How long one request may take. Unset: 10s. */
  timeout: durationMs.default(10_000),
  /** Least time between two events; PagerDuty takes 120 a minute. Unset: 500ms. */
  min_interval: durationMs.default(500),
});
export type PagerdutyConfig = z.output<typeof pagerdutyConfig>;
