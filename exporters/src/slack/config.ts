import * as z from 'zod';
import { durationMs, httpUrl } from '../config.ts';
import { secretPlace } from '../secret.ts';

export const slackConfig = z.strictObject({
  kind: z.literal('slack'),
  /** Place of a bot token with `chat:write`, and `channels:history` to find after a crash what was posted before it. Required. */
  token: secretPlace,
  /** Id of the conversation, `C…`. Required. */
  channel: z.string().min(1),
  /** Slack's API. Unset: https://slack.com/api. */
  endpoint: httpUrl.default('https://slack.com/api'),
  /** How long one request may take. Unset: 10s. */
  timeout: durationMs.default(10_000),
  /** Least time between two messages; Slack takes about one a second and conversation. Unset: 1s. */
  min_interval: durationMs.default(1000),
});
export type SlackConfig = z.output<typeof slackConfig>;
