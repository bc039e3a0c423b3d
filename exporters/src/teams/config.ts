import * as z from 'zod';
import { durationMs } from '../config.ts';
import { secretPlace } from '../secret.ts';

export const teamsConfig = z.strictObject({
  kind: z.literal('teams'),
  /** Place of the address of a workflow "when a Teams webhook request is received"; who knows it can post. Required. */
  url: secretPlace,
  /** How long one request may take. Unset: 10s. */
  timeout: durationMs.default(10_000),
  /** Least time between two messages; Teams takes four a second. Unset: 250ms. */
  min_interval: durationMs.default(250),
});
export type TeamsConfig = z.output<typeof teamsConfig>;
