import * as z from 'zod';
import { durationMs, httpUrl } from '../config.ts';
import { type HttpAnswer, type HttpCall, httpCall } from '../http-call.ts';
import { readSecret, secretPlace } from '../secret.ts';

const repository = z.string().regex(/^[\w.-]+\/[\w.-]+$/, 'must be owner/name');

export const fixOpenerConfig = z.strictObject({
  /** Place of a token that may write contents, issues and pull requests of these repositories. Required. */
  token: secretPlace,
  /** Where fixes may be proposed. The first takes the issues for what is declared in none of them. Required. */
  repositories: z.array(repository).min(1),
  /** GitHub's API. Unset: https://api.github.com. */
  endpoint: httpUrl.default('https://api.github.com'),
  /** How long one request may take. Unset: 10s. */
  timeout: durationMs.default(10_000),
});
export type FixOpenerConfig = z.output<typeof fixOpenerConfig>;

/** A fix to propose: as a pull request where `file` says what to add, else as an issue. */
export interface Proposal {
  /** The same for every attempt: the pull request's branch, and the issue's mark. Lower-case letters, digits, `-` and `/`. */
  branch: string;
  repository: string;
  title: string;
  body: string;
  file: { path: string; content: string } | null;
}

export type ProposalResult =
  | { status: 'opened'; href: string }
  | { status: 'failed'; cause: 'permission' | 'conflict' | 'timeout'; code: string };

/** Proposes fixes; whoever owns the code merges them, or does not. Nothing is changed anywhere else. */
export class FixOpener {
  private readonly config: FixOpenerConfig;
  private readonly token: string;

  /** `key` names the section in errors. */
  constructor(config: FixOpenerConfig, key: string) {
    this.config = config;
    this.token = readSecret(config.token, `${key}.token`);
  }

  /** Never rejects. Repeated, it finds what it opened before. */
  async open(proposal: Proposal): Promise<ProposalResult> {
    if (!this.config.repositories.includes(proposal.repository)) {
      return { status: 'failed', cause: 'permission', code: 'repository_not_allowed' };
    }
    return proposal.file ? this.openPullRequest(proposal, proposal.file) : this.openIssue(proposal);
  }

  private async openPullRequest(of: Proposal, file: NonNullable<Proposal['file']>): Promise<ProposalResult> {
    const call = (method: HttpCall['method'], path: string, body?: unknown) =>
      this.call(of.repository, method, path, body);
    const known = await this.findPullRequest(of);
    if (known) return known;
    const repo = await call('GET', '');
    if (!repo.ok) return failed(repo);
    const base = textIn(repo.json, 'default_branch');
    const head = await call('GET', `/git/ref/heads/${base}`);
    if (!head.ok) return failed(head);
    const { branch } = of;
    const sha = textIn((head.json as { object?: unknown }).object, 'sha');
    const made = await call('POST', '/git/refs', { ref: `refs/heads/${branch}`, sha });
    if (!made.ok && !isThereAlready(made)) return failed(made);
    const written = await call('PUT', `/contents/${file.path.split('/').map(encodeURIComponent).join('/')}`, {
      message: of.title,
      content: Buffer.from(file.content).toString('base64'),
      branch,
    });
    if (!written.ok && !isThereAlready(written)) return failed(written);
    const opened = await call('POST', '/pulls', { title: of.title, body: of.body, head: branch, base });
    return opened.ok ? { status: 'opened', href: textIn(opened.json, 'html_url') } : failed(opened);
  }

  /** What an earlier attempt opened, whose answer or record was lost. */
  private async findPullRequest(of: Proposal): Promise<ProposalResult | null> {
    const head = `${of.repository.split('/')[0]}:${of.branch}`;
    const known = await this.call(of.repository, 'GET', `/pulls?state=all&head=${encodeURIComponent(head)}`);
    if (!known.ok) return failed(known);
    const [first] = Array.isArray(known.json) ? (known.json as Record<string, unknown>[]) : [];
    if (!first) return null;
    const isRejected = first.state === 'closed' && !first.merged_at;
    return isRejected
      ? { status: 'failed', cause: 'conflict', code: 'closed_by_owner' }
      : { status: 'opened', href: textIn(first, 'html_url') };
  }

  private async openIssue(of: Proposal): Promise<ProposalResult> {
    const marker = `<!-- cnapp-fix:${of.branch} -->`;
    const known = await this.call(of.repository, 'GET', '/issues?state=all&per_page=100&labels=cnapp-fix');
    if (!known.ok) return failed(known);
    const mine = (Array.isArray(known.json) ? known.json : []).find((issue) => textIn(issue, 'body').includes(marker));
    if (mine) return { status: 'opened', href: textIn(mine, 'html_url') };
    const body = { title: of.title, body: `${of.body}\n\n${marker}\n`, labels: ['cnapp-fix'] };
    const opened = await this.call(of.repository, 'POST', '/issues', body);
    return opened.ok ? { status: 'opened', href: textIn(opened.json, 'html_url') } : failed(opened);
  }

  private call(of: string, method: HttpCall['method'], path: string, body?: unknown): Promise<HttpAnswer> {
    return httpCall({
      method,
      url: `${this.config.endpoint}/repos/${of}${path}`,
      headers: { accept: 'application/vnd.github+json', authorization: `Bearer ${this.token}` },
      ...(body !== undefined && { body }),
      timeoutMs: this.config.timeout,
    });
  }
}

/** GitHub's word for a branch, file or pull request that exists. */
function isThereAlready(answer: HttpAnswer): boolean {
  return !answer.ok && answer.result.code === 'http_422';
}

function failed(answer: HttpAnswer): ProposalResult {
  const code = answer.ok ? 'unreadable_answer' : answer.result.code;
  const cause = /^http_40[134]$/.test(code)
    ? 'permission'
    : code === 'timeout' || code === 'unreachable'
      ? 'timeout'
      : 'conflict';
  return { status: 'failed', cause, code };
}

function textIn(json: unknown, field: string): string {
  const value = (json as Record<string, unknown> | null | undefined)?.[field];
  return typeof value === 'string' ? value : '';
}
