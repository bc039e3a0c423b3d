import { z } from 'zod';
import { IGNORED, type ParsedAnswer, type Saying, UNREADABLE } from './answer.ts';
import { jsonOf } from './slack.ts';

const time = z.iso.datetime({ offset: true });

const GithubCall = z.object({
  action: z.string(),
  issue: z.object({
    number: z.int(),
    state_reason: z.string().nullish(),
    updated_at: time,
    closed_at: time.nullish(),
  }),
  assignee: z.object({ login: z.string() }).nullish(),
  repository: z.object({ full_name: z.string() }),
  sender: z.object({ login: z.string(), type: z.string() }),
});

/** GitHub's `issues` event. A closed issue claims a fix unless it was closed as not planned, a reopened one takes it back; what a bot
 * did is no answer. */
export function parseGithub(raw: string): ParsedAnswer {
  const json = jsonOf(raw);
  const parsed = GithubCall.safeParse(json);
  if (!parsed.success) return isOtherEvent(json) ? IGNORED : UNREADABLE;
  const { action, issue, assignee, repository, sender } = parsed.data;
  const sayings: Saying[] = [];
  if (action === 'assigned') sayings.push({ what: 'acknowledge' });
  if (action === 'assigned' && assignee) sayings.push({ what: 'assign', to: assignee.login });
  if (action === 'closed' && issue.state_reason !== 'not_planned') sayings.push({ what: 'fixed' });
  if (action === 'reopened') sayings.push({ what: 'reopen' });
  if (sayings.length === 0 || sender.type !== 'User') return IGNORED;
  const at = action === 'closed' ? (issue.closed_at ?? issue.updated_at) : issue.updated_at;
  const ref = `${repository.full_name}#${issue.number}`;
  return { status: 'answer', answer: { subject: { ref }, sayings, userId: sender.login, atMs: Date.parse(at) } };
}

/** A webhook of an app is sent more events than issues. */
function isOtherEvent(json: unknown): boolean {
  return typeof json === 'object' && json !== null && 'repository' in json && !('issue' in json);
}

const GithubPull = z.object({
  action: z.literal('closed'),
  pull_request: z.object({ merged: z.boolean(), closed_at: time, head: z.object({ ref: z.string() }) }),
  repository: z.object({ full_name: z.string() }),
  sender: z.object({ login: z.string() }),
});

/** The end of a pull request, by where it came from. */
export interface PullRequestEnd {
  repository: string;
  branch: string;
  userId: string;
  isMerged: boolean;
  atMs: number;
}

/** GitHub's `pull_request` event; null: it is another one, or the pull request is not over. */
export function parsePullRequest(raw: string): PullRequestEnd | null {
  const parsed = GithubPull.safeParse(jsonOf(raw));
  if (!parsed.success) return null;
  const { pull_request: pull, repository, sender } = parsed.data;
  return {
    repository: repository.full_name,
    branch: pull.head.ref,
    userId: sender.login,
    isMerged: pull.merged,
    atMs: Date.parse(pull.closed_at),
  };
}

const JiraCall = z.object({
  webhookEvent: z.string(),
  timestamp: z.number(),
  user: z
    .object({ accountId: z.string().nullish(), emailAddress: z.string().nullish(), name: z.string().nullish() })
    .nullish(),
  issue: z.object({
    key: z.string(),
    fields: z.object({
      status: z.object({ statusCategory: z.object({ key: z.string() }).optional() }).optional(),
    }),
  }),
  changelog: z.object({ items: z.array(z.object({ field: z.string(), to: z.string().nullish() })) }).optional(),
});

/** Jira's webhook, Cloud and Data Center. A resolution set claims a fix, and cleared takes it back; work begun or somebody assigned acknowledges. */
export function parseJira(raw: string): ParsedAnswer {
  const parsed = JiraCall.safeParse(jsonOf(raw));
  if (!parsed.success) return UNREADABLE;
  const { webhookEvent, timestamp, user, issue, changelog } = parsed.data;
  const userId = user?.accountId ?? user?.emailAddress ?? user?.name;
  if (webhookEvent !== 'jira:issue_updated' || !userId) return IGNORED;
  const sayings: Saying[] = [];
  const isBegun = issue.fields.status?.statusCategory?.key === 'indeterminate';
  for (const { field, to } of changelog?.items ?? []) {
    if (field === 'resolution') sayings.push({ what: to ? 'fixed' : 'reopen' });
    if (field === 'status' && isBegun) sayings.push({ what: 'acknowledge' });
    if (field === 'assignee' && to) sayings.push({ what: 'acknowledge' }, { what: 'assign', to });
  }
  if (sayings.length === 0) return IGNORED;
  return { status: 'answer', answer: { subject: { ref: issue.key }, sayings, userId, atMs: timestamp } };
}
