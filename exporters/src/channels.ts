import type { NowMs } from '@cnapp-slo/model';
import * as z from 'zod';
import type { Channel } from './channel.ts';
import { EmailChannel } from './email/channel.ts';
import { emailConfig } from './email/config.ts';
import { GithubIssuesChannel } from './github-issues/channel.ts';
import { githubIssuesConfig } from './github-issues/config.ts';
import { JiraChannel } from './jira/channel.ts';
import { jiraConfig } from './jira/config.ts';
import { PagerdutyChannel } from './pagerduty/channel.ts';
import { pagerdutyConfig } from './pagerduty/config.ts';
import { SlackChannel } from './slack/channel.ts';
import { slackConfig } from './slack/config.ts';
import { TeamsChannel } from './teams/channel.ts';
import { teamsConfig } from './teams/config.ts';
import { WebhookChannel } from './webhook/channel.ts';
import { webhookConfig } from './webhook/config.ts';

export type { Channel, ChannelResult, Message, MessageLink, Notice, NoticeStep } from './channel.ts';
export { durationMs, httpUrl } from './config.ts';
export {
  FixOpener,
  type FixOpenerConfig,
  fixOpenerConfig,
  type Proposal,
  type ProposalResult,
} from './github-issues/fix-opener.ts';
export { readSecret, secretPlace } from './secret.ts';

/** One channel's section of the configuration; `kind` says which. */
export const channelConfig = z.discriminatedUnion('kind', [
  slackConfig,
  teamsConfig,
  webhookConfig,
  pagerdutyConfig,
  githubIssuesConfig,
  jiraConfig,
  emailConfig,
]);
export type ChannelConfig = z.output<typeof channelConfig>;

/** The channel that the section at `key` describes. Throws an Error that names the key when a secret is not there. */
export function createChannel(config: ChannelConfig, key: string, nowMs: NowMs): Channel {
  switch (config.kind) {
    case 'slack':
      return new SlackChannel(config, key);
    case 'teams':
      return new TeamsChannel(config, key);
    case 'webhook':
      return new WebhookChannel(config, key, nowMs);
    case 'pagerduty':
      return new PagerdutyChannel(config, key);
    case 'github_issues':
      return new GithubIssuesChannel(config, key);
    case 'jira':
      return new JiraChannel(config, key);
    case 'email':
      return new EmailChannel(config, key);
  }
}
