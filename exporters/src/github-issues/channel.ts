import type { Channel, ChannelResult, Notice, NoticeStep } from '../channel.ts';
import { type HttpAnswer, type HttpCall, httpCall } from '../http-call.ts';
import { headline, markdown } from '../message-text.ts';
import { readSecret } from '../secret.ts';
import type { GithubIssuesConfig } from './config.ts';

const TITLE_CHARS = 250;

/** One issue an incident, found again by a marker in its body; a proof closes it. `ref` is `<owner/name>#<number>`. */
export class GithubIssuesChannel implements Channel {
  readonly kind = 'github_issues';
  readonly steps: ReadonlySet<NoticeStep> = new Set(['opened', 'updated', 'resolved']);
  private readonly config: GithubIssuesConfig;
  private readonly token: string;

  /** `key` names the section in errors. */
  constructor(config: GithubIssuesConfig, key: string) {
    this.config = config;
    this.token = readSecret(config.token, `${key}.token`);
  }

  send(notice: Notice): Promise<ChannelResult> {
    if (notice.step === 'opened') return this.open(notice);
    return notice.step === 'updated' ? this.update(notice) : this.close(notice);
  }

  private async open(notice: Notice): Promise<ChannelResult> {
    if (notice.isRepeat) {
      const marker = markerOf(notice);
      const known = await this.call('GET', `?state=all&per_page=100&labels=${encodeURIComponent(this.config.label)}`);
      if (!known.ok) return known.result;
      const issue = issuesIn(known.json).find(({ body }) => body.includes(marker));
      if (issue) return this.accepted(issue.number);
    }
    const created = await this.call('POST', '', {
      ...textOf(notice),
      labels: [this.config.label, `severity:${notice.message.severity}`],
    });
    if (!created.ok) return created.result;
    const [issue] = issuesIn([created.json]);
    return issue ? this.accepted(issue.number) : { status: 'rejected', code: 'unreadable_answer' };
  }

  private async update(notice: Notice): Promise<ChannelResult> {
    const number = notice.ref?.split('#')[1];
    if (number === undefined) return { status: 'rejected', code: 'no_ticket' };
    const updated = await this.call('PATCH', `/${number}`, textOf(notice));
    return updated.ok ? { status: 'accepted', ref: notice.ref } : updated.result;
  }

  /** A comment twice is better than none: it is written first. */
  private async close(notice: Notice): Promise<ChannelResult> {
    const number = notice.ref?.split('#')[1];
    if (number === undefined) return { status: 'rejected', code: 'no_ticket' };
    const commented = await this.call('POST', `/${number}/comments`, { body: markdown(notice) });
    if (!commented.ok) return commented.result;
    const closed = await this.call('PATCH', `/${number}`, { state: 'closed', state_reason: 'completed' });
    return closed.ok ? { status: 'accepted', ref: notice.ref } : closed.result;
  }

  private accepted(number: number): ChannelResult {
    return { status: 'accepted', ref: `${this.config.repository}#${number}` };
  }

  private call(method: HttpCall['method'], path: string, body?: unknown): Promise<HttpAnswer> {
    return httpCall({
      method,
      url: `${this.config.endpoint}/repos/${this.config.repository}/issues${path}`,
      headers: {
        accept: 'application/vnd.github+json',
        authorization: `Bearer ${this.token}`,
        'x-github-api-version': '2022-11-28',
      },
      ...(body !== undefined && { body }),
      timeoutMs: this.config.timeout,
    });
  }
}

function markerOf({ subjectId }: Notice): string {
  return `<!-- cnapp:${subjectId} -->`;
}

function textOf(notice: Notice): { title: string; body: string } {
  return {
    title: headline(notice).slice(0, TITLE_CHARS),
    body: `${markdown(notice)}\n\n${markerOf(notice)}\n`,
  };
}

function issuesIn(json: unknown): { number: number; body: string }[] {
  if (!Array.isArray(json)) return [];
  return json.flatMap((issue: Record<string, unknown> | null) =>
    typeof issue?.number === 'number' ? [{ number: issue.number, body: String(issue.body ?? '') }] : [],
  );
}
