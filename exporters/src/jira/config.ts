import * as z from 'zod';
import { durationMs, httpUrl } from '../config.ts';
import { secretPlace } from '../secret.ts';

export const jiraConfig = z.strictObject({
  kind: z.literal('jira'),
  /** The site, `https://example.atlassian.net`. Required. */
  endpoint: httpUrl,
  /** Place of the value of the `Authorization` header: `Basic …` (Cloud) or `Bearer …` (Data Center). Required. */
  authorization: secretPlace,
  /** Key of the project. Required. */
  project: z.string().min(1),
  /** Unset: Task. */
  issue_type: z.string().min(1).default('Task'),
  /** Label of all our issues. Unset: cnapp-slo. */
  label: z.string().regex(/^\S+$/, 'must have no white space').default('cnapp-slo'),
  /** Where JQL is searched; `/rest/api/2/search` on Data Center. Unset: Cloud's. */
  search_path: z.string().startsWith('/').default('/rest/api/3/search/jql'),
  /** Id of the transition that resolves an issue when the fix is proven. Unset: a comment only. */
  resolve_transition: z.string().min(1).optional(),
  /** How long one request may take. Unset: 10s. */
  timeout: durationMs.default(10_000),
  /** Least time between two issues. Unset: 500ms. */
  min_interval: durationMs.default(500),
});
export type JiraConfig = z.output<typeof jiraConfig>;
