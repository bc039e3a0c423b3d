import * as z from 'zod';
import { durationMs, httpUrl } from '../config.ts';
import { secretPlace } from '../secret.ts';

export const githubIssuesConfig = z.strictObject({
  kind: z.literal('github_issues'),
  /** `owner/name`. Required. */
  repository: z.string().regex(/^[\w.-]+\/[\w.-]+$/, 'must be owner/name'),
  /** Place of a token that may write issues of that repository, and nothing else. Required. */
  token: secretPlace,
  /** Label of all our issues, by which they are found again. Unset: cnapp-slo. */
  label: z.string().min(1).default('cnapp-slo'),
  /** GitHub's API; `https://HOST/api/v3` of an Enterprise Server. Unset: https://api.github.com. */
  endpoint: httpUrl.default('https://api.github.com'),
  /** How long one request may take. Unset: 10s. */
  timeout: durationMs.default(10_000),
  /** Least time between two calls that write; GitHub asks for one second. Unset: 1s. */
  min_interval: durationMs.default(1000),
});
export type GithubIssuesConfig = z.output<typeof githubIssuesConfig>;
