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

/** What our messages carry, unseen: docs.slack.dev/messaging/message-metadata. */
const EVENT = 'cnapp_notice';

interface PostedMessage {
  ts?: string;
  metadata?: { event_type?: string; event_payload?: { key?: string } };
}

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
    if (ts === undefined && notice.isRepeat) {
      const known = await this.find(notice);
      if (known) return { status: 'accepted', ref: known };
    }
    const place = ts === undefined ? { channel: this.config.channel } : { channel: conversation, ts };
    const answer = await httpCall({
      method: 'POST',
      url: `${this.config.endpoint}/${ts === undefined ? 'chat.postMessage' : 'chat.update'}`,
      headers: { authorization: `Bearer ${this.token}` },
      body: {
        ...place,
        text: headline(notice),
        blocks: slackBlocks(notice),
        unfurl_links: false,
        metadata: { event_type: EVENT, event_payload: { key: notice.idempotencyKey } },
      },
      timeoutMs: this.config.timeout,
    });
    if (!answer.ok) return answer.result;
    const { ok, error, channel, ts: sentTs } = (answer.json ?? {}) as Record<string, unknown>;
    if (ok === true) return { status: 'accepted', ref: `${channel}/${sentTs}` };
    const code = typeof error === 'string' && /^[a-z_]{1,60}$/.test(error) ? error : 'unreadable_answer';
    return { status: PASSING.has(code) ? 'retryable' : 'rejected', code };
  }
  /**
   * The message of an earlier attempt, by its metadata, among the latest of the conversation; null: there is none, or the
   * token may not read them (`channels:history`), and then twice is better than never.
   */
  private async find({ idempotencyKey }: Notice): Promise<string | null> {
    const query = new URLSearchParams({ channel: this.config.channel, limit: '100', include_all_metadata: 'true' });
    const answer = await httpCall({
      method: 'GET',
      url: `${this.config.endpoint}/conversations.history?${query}`,
      headers: { authorization: `Bearer ${this.token}` },
      timeoutMs: this.config.timeout,
    });
    const { messages } = ((answer.ok && answer.json) || {}) as { messages?: unknown };
    const known = (Array.isArray(messages) ? (messages as PostedMessage[]) : []).find(
      ({ metadata }) => metadata?.event_type === EVENT && metadata.event_payload?.key === idempotencyKey,
    );
    return known?.ts === undefined ? null : `${this.config.channel}/${known.ts}`;
  }
}
