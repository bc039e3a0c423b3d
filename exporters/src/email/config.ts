import * as z from 'zod';
import { durationMs } from '../config.ts';
import { secretPlace } from '../secret.ts';

export const emailConfig = z.strictObject({
  kind: z.literal('email'),
  /** Place of the server's address with its credentials, `smtps://user:password@mail.example:465`. Required. */
  url: secretPlace,
  /** Required. */
  from: z.email(),
  /** Required. */
  to: z.array(z.email()).min(1),
  /** How long one delivery may take. Unset: 20s. */
  timeout: durationMs.default(20_000),
  /** Least time between two mails. Unset: 1s. */
  min_interval: durationMs.default(1000),
});
export type EmailConfig = z.output<typeof emailConfig>;
