import type { Channel, ChannelResult, Notice, NoticeStep } from '../channel.ts';
import { httpCall } from '../http-call.ts';
import { escapeMarkdown, factRows, headline } from '../message-text.ts';
import { readSecret } from '../secret.ts';
import type { TeamsConfig } from './config.ts';

/** Posts Adaptive Cards to a workflow's webhook. It takes no answers: the card links to the processor's page. */
export class TeamsChannel implements Channel {
  readonly kind = 'teams';
  readonly steps: ReadonlySet<NoticeStep> = new Set(['opened', 'updated', 'resolved', 'deadline', 'digest']);
  private readonly config: TeamsConfig;
  private readonly url: string;

  /** `key` names the section in errors. */
  constructor(config: TeamsConfig, key: string) {
    this.config = config;
    this.url = readSecret(config.url, `${key}.url`);
  }

  async send(notice: Notice): Promise<ChannelResult> {
    const answer = await httpCall({
      method: 'POST',
      url: this.url,
      body: {
        type: 'message',
        attachments: [
          { contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content: cardOf(notice) },
        ],
      },
      timeoutMs: this.config.timeout,
    });
    return answer.ok ? { status: 'accepted', ref: null } : answer.result;
  }
}

const COLOURS: Record<string, string> = { critical: 'attention', high: 'warning' };

/** An Adaptive Card, version 1.4. Source: adaptivecards.io/explorer. */
function cardOf(notice: Notice): Record<string, unknown> {
  const { message } = notice;
  const color = message.state === 'resolved' ? 'good' : (COLOURS[message.severity] ?? 'default');
  const text = (content: string, more: object = {}) => ({ type: 'TextBlock', wrap: true, text: content, ...more });
  return {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    body: [
      text(escapeMarkdown(headline(notice)), { weight: 'bolder', size: 'medium', color }),
      {
        type: 'FactSet',
        facts: factRows(message).map(([title, value]) => ({
          title: escapeMarkdown(title),
          value: escapeMarkdown(value),
        })),
      },
      ...(message.nextCommand === null ? [] : [text(escapeMarkdown(message.nextCommand), { fontType: 'monospace' })]),
    ],
    actions: message.links.map(({ title, href }) => ({ type: 'Action.OpenUrl', title, url: href })),
  };
}
