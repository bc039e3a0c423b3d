import type { Channel, ChannelResult, Notice, NoticeStep } from '../channel.ts';
import { httpCall } from '../http-call.ts';
import { headline } from '../message-text.ts';
import { readSecret } from '../secret.ts';
import { slackBlocks } from './blocks.ts';
import type { SlackConfig } from './config.ts';

/** Errors of Slack's that pass. Source: docs.slack.dev/reference/methods/chat.postMessage#errors. */
const PASSING = new Set([
  'ratelimited',
  'rate_limited',
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
]);

/** Posts to one conversation; what follows changes the message and its buttons. `ref` is `<conversation>/<ts>`. */
export class SlackChannel implements Channel {
  readonly kind = 'slack';
  readonly steps: ReadonlySet<NoticeStep> = new Set([
    'opened',
    'acknowledged',
    'updated',
    'resolved',
    'deadline',
    'digest',
  ]);
  private readonly config: SlackConfig;
  private readonly token: string;

  /** `key` names the section in errors. */
  constructor(config: SlackConfig, key: string) {
    this.config = config;
    this.token = readSecret(config.token, `${key}.token`);
  }

  async send(notice: Notice): Promise<ChannelResult> {
    const [conversation, ts] = notice.ref?.split('/') ?? [];
    const place = ts === undefined ? { channel: this.config.channel } : { channel: conversation, ts };
    const answer = await httpCall({
      method: 'POST',
      url: `${this.config.endpoint}/${ts === undefined ? 'chat.postMessage' : 'chat.update'}`,
      headers: { authorization: `Bearer ${this.token}` },
      body: { ...place, text: headline(notice), blocks: slackBlocks(notice), unfurl_links: false },
      timeoutMs: this.config.timeout,
    });
    if (!answer.ok) return answer.result;
    const { ok, error, channel, ts: sentTs } = (answer.json ?? {}) as Record<string, unknown>;
    if (ok === true) return { status: 'accepted', ref: `${channel}/${sentTs}` };
    const code = typeof error === 'string' && /^[a-z_]{1,60}$/.test(error) ? error : 'unreadable_answer';
    return { status: PASSING.has(code) ? 'retryable' : 'rejected', code };
  }
}
