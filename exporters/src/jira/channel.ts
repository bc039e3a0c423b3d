import type { Channel, ChannelResult, Notice, NoticeStep } from '../channel.ts';
import { type HttpAnswer, type HttpCall, httpCall } from '../http-call.ts';
import { headline, plainText } from '../message-text.ts';
import { readSecret } from '../secret.ts';
import type { JiraConfig } from './config.ts';

const SUMMARY_CHARS = 250;

/** One issue an incident, found again by a label with its id; a proof comments and resolves it. `ref` is the issue's key. */
export class JiraChannel implements Channel {
  readonly kind = 'jira';
  readonly steps: ReadonlySet<NoticeStep> = new Set(['opened', 'updated', 'resolved']);
  private readonly config: JiraConfig;
  private readonly authorization: string;

  /** `key` names the section in errors. */
  constructor(config: JiraConfig, key: string) {
    this.config = config;
    this.authorization = readSecret(config.authorization, `${key}.authorization`);
  }

  send(notice: Notice): Promise<ChannelResult> {
    if (notice.step === 'opened') return this.open(notice);
    return notice.step === 'updated' ? this.update(notice) : this.resolve(notice);
  }

  private async open(notice: Notice): Promise<ChannelResult> {
    const { project, issue_type, label, search_path } = this.config;
    const marker = `cnapp-${notice.subjectId}`;
    if (notice.isRepeat) {
      const jql = encodeURIComponent(`project = "${project}" AND labels = "${marker}"`);
      const known = await this.call('GET', `${search_path}?fields=key&maxResults=1&jql=${jql}`);
      if (!known.ok) return known.result;
      const key = keyOf((known.json as { issues?: unknown[] } | undefined)?.issues?.[0]);
      if (key) return { status: 'accepted', ref: key };
    }
    const created = await this.call('POST', '/rest/api/2/issue', {
      fields: {
        project: { key: project },
        issuetype: { name: issue_type },
        ...textOf(notice),
        labels: [label, marker],
      },
    });
    if (!created.ok) return created.result;
    const key = keyOf(created.json);
    return key ? { status: 'accepted', ref: key } : { status: 'rejected', code: 'unreadable_answer' };
  }

  private async update(notice: Notice): Promise<ChannelResult> {
    if (notice.ref === null) return { status: 'rejected', code: 'no_ticket' };
    const issue = `/rest/api/2/issue/${encodeURIComponent(notice.ref)}`;
    const updated = await this.call('PUT', issue, { fields: textOf(notice) });
    return updated.ok ? { status: 'accepted', ref: notice.ref } : updated.result;
  }

  private async resolve(notice: Notice): Promise<ChannelResult> {
    if (notice.ref === null) return { status: 'rejected', code: 'no_ticket' };
    const issue = `/rest/api/2/issue/${encodeURIComponent(notice.ref)}`;
    const commented = await this.call('POST', `${issue}/comment`, { body: noformat(notice) });
    if (!commented.ok) return commented.result;
    const { resolve_transition: id } = this.config;
    if (id === undefined) return { status: 'accepted', ref: notice.ref };
    const done = await this.call('POST', `${issue}/transitions`, { transition: { id } });
    return done.ok ? { status: 'accepted', ref: notice.ref } : done.result;
  }

  private call(method: HttpCall['method'], path: string, body?: unknown): Promise<HttpAnswer> {
    return httpCall({
      method,
      url: `${this.config.endpoint}${path}`,
      headers: { accept: 'application/json', authorization: this.authorization },
      ...(body !== undefined && { body }),
      timeoutMs: this.config.timeout,
    });
  }
}

function textOf(notice: Notice): { summary: string; description: string } {
  return { summary: headline(notice).slice(0, SUMMARY_CHARS), description: noformat(notice) };
}

/** Wiki markup in text from telemetry stays text. */
function noformat(notice: Notice): string {
  return `{noformat}\n${plainText(notice).replaceAll('{noformat}', '{ noformat}')}\n{noformat}`;
}

function keyOf(issue: unknown): string | null {
  const key = (issue as { key?: unknown } | undefined)?.key;
  return typeof key === 'string' ? key : null;
}
