import { channelConfig, durationMs, fixOpenerConfig, httpUrl, secretPlace } from '@cnapp-slo/exporters/channels';
import { z } from 'zod';
import { DEFAULT_ROUTES } from './default-routes.ts';
import { failedExamples, type Route, type RouteExample } from './routing.ts';

const text = z.string().min(1);
const texts = z.array(text).min(1);
const urgency = z.enum(['page', 'ticket', 'digest']);
const match = z
  .strictObject({
    severity: texts,
    detector_class: texts,
    criticality: texts,
    environment: texts,
    team: texts,
    tenant: texts,
  })
  .partial();
const given = z
  .strictObject({
    severity: text,
    detector_class: text,
    criticality: text,
    environment: text.nullable(),
    team: text,
    tenant: text,
  })
  .partial();
/** One channel, or several in order of fallback. */
const chain = z.union([text.transform((one) => [one]), texts]);
const chains = z.array(chain).default([]);
const time = z.iso.datetime({ offset: true }).transform((at) => Date.parse(at));

/**
 * Where an owner's pages, tickets, digests and plans that wait for a yes go. Each entry is told; within an entry the next is used
 * when one is away. Plans go where tickets do when `approval` is unset.
 */
const owner = z.strictObject({ page: chains, ticket: chains, digest: chains, approval: chains });
export type OwnerConfig = z.output<typeof owner>;

const person = z.strictObject({
  /** The same name as in `api.tokens_file`, so that one person is one actor wherever they answer. */
  name: text,
  /** Teams whose incidents this person may answer for; `*`: all. */
  teams: texts,
  /** May approve plans and accepted risk. Unset: no. */
  can_approve: z.boolean().default(false),
  /** Who this is elsewhere: user ids of Slack and PagerDuty, addresses of Opsgenie and Jira (or its account id), logins of GitHub and Grafana. */
  slack: text.optional(),
  pagerduty: text.optional(),
  opsgenie: text.optional(),
  github: text.optional(),
  jira: text.optional(),
  grafana: text.optional(),
});
export type PersonConfig = z.output<typeof person>;

const signed = z.strictObject({ secret: secretPlace }).optional();

export const NotificationConfig = z
  .strictObject({
    /** Channels by a name of your own. Unset: none, and nobody is told anything. */
    channels: z.record(z.string().regex(/^[a-z0-9_-]+$/, 'must be of a–z, 0–9, _ and -'), channelConfig).default({}),
    /** By team, or `tenant/team`. A team that is not here, and `unowned`, have `default_owner`. */
    owners: z.record(text, owner).default({}),
    /** Required as soon as there are channels. */
    default_owner: owner.optional(),
    /** The first that matches decides; none: the digest. Unset: see default-routes.ts. */
    routes: z.array(z.strictObject({ name: text, match, urgency })).optional(),
    /** Decisions that the routes must give; checked at start. */
    examples: z.array(z.strictObject({ given, want: urgency })).default([]),
    /** Deployment windows and silences. */
    holds: z.array(z.strictObject({ name: text, match, from: time, until: time })).default([]),
    /** How long one channel is tried before the next of its chain. Unset: 15s. */
    fallback_after: durationMs.default(15_000),
    /** So many incidents of one rule and owner within `group_window` are told one by one; what comes on top is one alert. Unset: 5. */
    group_after: z.int().min(1).default(5),
    /** Unset: 10m. */
    group_window: durationMs.default(600_000),
    /** Hour of the day (UTC) after which the digest goes out. Unset: 7. */
    digest_hour: z.int().min(0).max(23).default(7),
    /** Where people reach the processor's pages. Unset: messages have no links to them. */
    public_url: httpUrl.optional(),
    /** Where the runbooks are read, one page each: `<runbook_url>/<id>.md`. Unset: on the processor's own pages. */
    runbook_url: httpUrl.optional(),
    /** Where fixes may be proposed as pull requests and issues. Unset: nowhere. */
    fixes: fixOpenerConfig.optional(),
    people: z.array(person).default([]),
    /** Services that may send answers to `/hooks/<service>`, each with the place of what it signs with. Unset: refused. */
    answers: z
      .strictObject({ slack: signed, pagerduty: signed, opsgenie: signed, github: signed, jira: signed })
      .default({}),
  })
  .superRefine((config, context) => {
    const issue = (path: (string | number)[], message: string) => context.addIssue({ code: 'custom', path, message });
    if (Object.keys(config.channels).length > 0 && !config.default_owner) issue(['default_owner'], 'is required');
    for (const [name, of] of [...Object.entries(config.owners), ['', config.default_owner] as const]) {
      const unknown = Object.values(of ?? {})
        .flat(2)
        .filter((channel) => !Object.hasOwn(config.channels, channel));
      if (unknown.length > 0) {
        issue(name === '' ? ['default_owner'] : ['owners', name], `no channel is named ${unknown.join(', ')}`);
      }
    }
    const routes = (config.routes ?? DEFAULT_ROUTES) as readonly Route[];
    for (const line of failedExamples(routes, config.examples as RouteExample[])) issue(['examples'], line);
  });
export type NotificationConfig = z.output<typeof NotificationConfig>;
