import { createHmac } from 'node:crypto';
import type { NowMs } from '@cnapp-slo/model';
import type { Channel, ChannelResult, Notice, NoticeStep } from '../channel.ts';
import { httpCall } from '../http-call.ts';
import { readSecret } from '../secret.ts';
import type { WebhookConfig } from './config.ts';

/**
 * Posts CloudEvents 1.0 in structured mode (cloudevents.io), signed as Standard Webhooks say
 * (github.com/standard-webhooks/standard-webhooks): HMAC-SHA256 over `<id>.<timestamp>.<body>`. A receiver drops an `id`
 * that it has seen.
 */
export class WebhookChannel implements Channel {
  readonly kind = 'webhook';
  readonly steps: ReadonlySet<NoticeStep> = new Set([
    'opened',
    'acknowledged',
    'updated',
    'resolved',
    'deadline',
    'digest',
  ]);
  private readonly config: WebhookConfig;
  private readonly secret: string;
  private readonly nowMs: NowMs;

  /** `key` names the section in errors. */
  constructor(config: WebhookConfig, key: string, nowMs: NowMs) {
    this.config = config;
    this.secret = readSecret(config.secret, `${key}.secret`);
    this.nowMs = nowMs;
  }

  async send({ idempotencyKey, subjectId, step, urgency, message }: Notice): Promise<ChannelResult> {
    const nowMs = this.nowMs();
    const body = JSON.stringify({
      specversion: '1.0',
      id: idempotencyKey,
      source: this.config.source,
      type: `dev.cnapp-slo.notice.${step}`,
      subject: subjectId,
      time: new Date(nowMs).toISOString(),
      datacontenttype: 'application/json',
      data: { urgency, ...message },
    });
    const answer = await httpCall({
      method: 'POST',
      url: this.config.url,
      headers: {
        'content-type': 'application/cloudevents+json; charset=utf-8',
        ...signatureHeaders(idempotencyKey, Math.floor(nowMs / 1000), body, this.secret),
      },
      body,
      timeoutMs: this.config.timeout,
    });
    return answer.ok ? { status: 'accepted', ref: null } : answer.result;
  }
}

/** The three headers of Standard Webhooks; `seconds` since the epoch. A secret `whsec_…` is base64, any other is text. */
export function signatureHeaders(id: string, seconds: number, body: string, secret: string): Record<string, string> {
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : Buffer.from(secret);
  const signature = createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': String(seconds), 'webhook-signature': `v1,${signature}` };
}
