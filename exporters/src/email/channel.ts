import { createHash } from 'node:crypto';
import type { Transporter } from 'nodemailer';
import type { Options } from 'nodemailer/lib/smtp-transport';
import type { Channel, ChannelResult, Notice, NoticeStep } from '../channel.ts';
import { headline, plainText } from '../message-text.ts';
import { readSecret } from '../secret.ts';
import type { EmailConfig } from './config.ts';

/** Sends plain-text mail by SMTP. The idempotency key gives the `Message-ID`, by which servers and readers drop a repeat. */
export class EmailChannel implements Channel {
  readonly kind = 'email';
  readonly steps: ReadonlySet<NoticeStep> = new Set(['opened', 'updated', 'resolved', 'deadline', 'digest']);
  private readonly config: EmailConfig;
  private readonly options: Options;
  private transport: Transporter | undefined;

  /** `key` names the section in errors. */
  constructor(config: EmailConfig, key: string) {
    this.config = config;
    const url = new URL(readSecret(config.url, `${key}.url`));
    if (url.protocol !== 'smtp:' && url.protocol !== 'smtps:') throw new Error(`${key}.url: must be smtp or smtps`);
    const { timeout } = config;
    this.options = {
      host: url.hostname,
      port: Number(url.port) || (url.protocol === 'smtps:' ? 465 : 587),
      secure: url.protocol === 'smtps:',
      // Credentials never travel in the clear.
      ...(url.username && {
        requireTLS: true,
        auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) },
      }),
      connectionTimeout: timeout,
      greetingTimeout: timeout,
      socketTimeout: timeout,
      disableFileAccess: true,
      disableUrlAccess: true,
    };
  }

  async send(notice: Notice): Promise<ChannelResult> {
    const { from, to } = this.config;
    const id = createHash('sha256').update(notice.idempotencyKey).digest('hex').slice(0, 32);
    const messageId = `<${id}@${from.split('@')[1]}>`;
    try {
      this.transport ??= (await import('nodemailer')).createTransport(this.options); // what only its users should hold in memory
      await this.transport.sendMail({ from, to, subject: headline(notice), text: plainText(notice), messageId });
      return { status: 'accepted', ref: messageId };
    } catch (error) {
      const { responseCode } = error as { responseCode?: number };
      if (responseCode === undefined) return { status: 'retryable', code: 'unreachable' };
      return { status: responseCode >= 500 ? 'rejected' : 'retryable', code: `smtp_${responseCode}` };
    }
  }
}
