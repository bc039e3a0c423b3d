import { z } from 'zod';
import { IGNORED, type ParsedAnswer, type Saying, UNREADABLE } from './answer.ts';

const Payload = z.object({
  type: z.string(),
  user: z.object({ id: z.string().min(1) }),
  actions: z.array(z.object({ action_id: z.string(), value: z.string().optional(), action_ts: z.string() })).optional(),
});

/** By `action_id`; whatever else a button may be called does nothing. */
const SAYINGS: Readonly<Record<string, (userId: string) => Saying>> = {
  cnapp_acknowledge: () => ({ what: 'acknowledge' }),
  cnapp_assign: (userId) => ({ what: 'assign', to: userId }),
  cnapp_verdict_tp: () => ({ what: 'verdict', verdict: 'tp' }),
  cnapp_verdict_fp: () => ({ what: 'verdict', verdict: 'fp' }),
  cnapp_verdict_btp: () => ({ what: 'verdict', verdict: 'btp' }),
  cnapp_verdict_duplicate: () => ({ what: 'verdict', verdict: 'duplicate' }),
};

/** A click on one of our buttons: form field `payload`, docs.slack.dev/reference/interaction-payloads/block_actions-payload. */
export function parseSlack(raw: string): ParsedAnswer {
  const parsed = Payload.safeParse(jsonOf(new URLSearchParams(raw).get('payload') ?? ''));
  if (!parsed.success) return UNREADABLE;
  const { type, user, actions = [] } = parsed.data;
  const [action] = actions;
  const saying = action && Object.hasOwn(SAYINGS, action.action_id) ? SAYINGS[action.action_id]?.(user.id) : undefined;
  if (type !== 'block_actions' || !action || !saying || !action.value) return IGNORED;
  const atMs = Math.floor(Number(action.action_ts) * 1000);
  if (!(atMs > 0)) return UNREADABLE;
  return {
    status: 'answer',
    answer: { subject: { token: action.value }, sayings: [saying], userId: user.id, atMs },
  };
}

export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
