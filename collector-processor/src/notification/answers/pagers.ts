import { z } from 'zod';
import { IGNORED, type ParsedAnswer, type Saying, UNREADABLE } from './answer.ts';
import { jsonOf } from './slack.ts';

const PagerdutyEvent = z.object({
  event: z.object({
    event_type: z.string(),
    occurred_at: z.iso.datetime({ offset: true }),
    agent: z.object({ id: z.string(), type: z.string() }).nullish(),
    data: z.object({ id: z.string(), incident_key: z.string().nullish() }),
  }),
});

const PAGERDUTY: Readonly<Record<string, Saying[]>> = {
  'incident.acknowledged': [{ what: 'acknowledge' }],
  'incident.unacknowledged': [{ what: 'release' }],
  'incident.resolved': [{ what: 'fixed' }],
  // It is triggered again: nobody has it.
  'incident.reopened': [{ what: 'reopen' }, { what: 'release' }],
};

/**
 * PagerDuty's webhook, version 3 (developer.pagerduty.com/docs/webhooks-overview). Older ones lack `incident_key`; then
 * the subject is PagerDuty's own id. What an integration did, ours included, is nobody's answer.
 */
export function parsePagerduty(raw: string): ParsedAnswer & { pagerdutyId?: string; incidentKey?: string } {
  const parsed = PagerdutyEvent.safeParse(jsonOf(raw));
  if (!parsed.success) return UNREADABLE;
  const { event_type, occurred_at, agent, data } = parsed.data.event;
  const ids = { pagerdutyId: data.id, ...(data.incident_key && { incidentKey: data.incident_key }) };
  const sayings = PAGERDUTY[event_type];
  const isPerson = agent?.type.startsWith('user') === true;
  const isTimeout = !agent && event_type === 'incident.unacknowledged';
  if (!sayings || !(isPerson || isTimeout)) return { ...IGNORED, ...ids };
  const subject = data.incident_key ? { incidentId: data.incident_key } : { ref: data.id };
  return {
    status: 'answer',
    answer: { subject, sayings, userId: isPerson ? agent.id : null, atMs: Date.parse(occurred_at) },
    ...ids,
  };
}

const OpsgenieCall = z.object({
  action: z.string(),
  alert: z.object({ alias: z.string().optional(), username: z.string().optional(), updatedAt: z.number().optional() }),
});

const OPSGENIE: Readonly<Record<string, Saying>> = {
  Acknowledge: { what: 'acknowledge' },
  UnAcknowledge: { what: 'release' },
  Close: { what: 'fixed' },
};
const NANOSECONDS_A_MS = 1e6;

/** Opsgenie's webhook. `updatedAt` is in nanoseconds: what a double loses of it is below a microsecond. */
export function parseOpsgenie(raw: string): ParsedAnswer {
  const parsed = OpsgenieCall.safeParse(jsonOf(raw));
  if (!parsed.success) return UNREADABLE;
  const { action, alert } = parsed.data;
  const saying = OPSGENIE[action];
  if (!saying || !alert.alias || !alert.username || alert.updatedAt === undefined) return IGNORED;
  return {
    status: 'answer',
    answer: {
      subject: { incidentId: alert.alias },
      sayings: [saying],
      userId: alert.username,
      atMs: Math.floor(alert.updatedAt / NANOSECONDS_A_MS),
    },
  };
}
