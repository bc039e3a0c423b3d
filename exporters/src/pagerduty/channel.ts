import type { Channel, ChannelResult, Notice, NoticeStep } from '../channel.ts';
import { httpCall } from '../http-call.ts';
import { factRows, headline } from '../message-text.ts';
import { readSecret } from '../secret.ts';
import type { PagerdutyConfig } from './config.ts';

/** Source: developer.pagerduty.com/docs/events-api-v2/trigger-events. */
const ACTIONS: Partial<Record<NoticeStep, string>> = {
  opened: 'trigger',
  updated: 'trigger',
  deadline: 'trigger',
  acknowledged: 'acknowledge',
  resolved: 'resolve',
};
const SEVERITIES: Record<string, string> = { critical: 'critical', high: 'error', medium: 'warning' };
const SUMMARY_CHARS = 1024;

/** Events API v2. The subject's id is the `dedup_key`, so that PagerDuty itself opens one incident for any number of triggers. */
export class PagerdutyChannel implements Channel {
  readonly kind = 'pagerduty';
  readonly steps: ReadonlySet<NoticeStep> = new Set(['opened', 'acknowledged', 'updated', 'resolved', 'deadline']);
  private readonly config: PagerdutyConfig;
  private readonly routingKey: string;

  /** `key` names the section in errors. */
  constructor(config: PagerdutyConfig, key: string) {
    this.config = config;
    this.routingKey = readSecret(config.routing_key, `${key}.routing_key`);
  }

  async send(notice: Notice): Promise<ChannelResult> {
    const answer = await httpCall({
      method: 'POST',
      url: `${this.config.endpoint}/v2/enqueue`,
      body: { routing_key: this.routingKey, ...eventOf(notice) },
      timeoutMs: this.config.timeout,
    });
    return answer.ok ? { status: 'accepted', ref: notice.subjectId } : answer.result;
  }
}

function eventOf(notice: Notice): Record<string, unknown> {
  const { message, step, subjectId } = notice;
  const event = { event_action: ACTIONS[step], dedup_key: subjectId };
  if (event.event_action !== 'trigger') return event;
  const facts = Object.fromEntries(factRows(message));
  return {
    ...event,
    client: 'cnapp-slo',
    ...(message.links[0] && { client_url: message.links[0].href }),
    links: message.links.map(({ title, href }) => ({ href, text: title })),
    payload: {
      summary: headline(notice).slice(0, SUMMARY_CHARS),
      source: facts.Where ?? message.tenant,
      severity: SEVERITIES[message.severity] ?? 'info',
      timestamp: message.startedAt,
      group: message.team,
      custom_details: { ...facts, ...(message.nextCommand !== null && { Next: message.nextCommand }) },
    },
  };
}
