import type { Message } from '@cnapp-slo/exporters/channels';
import type { EstateReader, NowMs } from '@cnapp-slo/model';
import type { PlanRecord } from './approvals/approvals.ts';
import type { FollowUps } from './follow-ups.ts';
import { newEntry, type Outbox, type OutboxEntry } from './outbox.ts';
import { mayAnswerFor, type People } from './people.ts';

/** The plans as those who tell of them read them. */
export interface PlanReader {
  get(id: string): PlanRecord | null;
  waiting(): PlanRecord[];
}

export interface PlanNoticeSettings {
  plans: PlanReader;
  people: People;
  outbox: Outbox;
  followUps: FollowUps;
  estate: Pick<EstateReader, 'finding'>;
  nowMs: NowMs;
  publicUrl: string | undefined;
  chainsOf(team: string, tenant: string): readonly (readonly string[])[];
}

const TITLES = { accept_risk: 'Accept a risk', propose_fix: 'Propose a fix' } as const;
const PREFIX = 'p_';

/** Tells those who may approve that a plan waits for one of them, once a plan, and that it no longer does. */
export class PlanNotices {
  readonly #settings: PlanNoticeSettings;
  /** First notices of plans that may still be waiting. */
  readonly #open = new Set<OutboxEntry>();

  constructor(settings: PlanNoticeSettings) {
    this.#settings = settings;
    const all = [...settings.outbox.all()].filter(isOfPlan);
    const closed = new Set(all.filter(({ step }) => step === 'resolved').map(({ subjectId }) => subjectId));
    for (const entry of all) if (entry.step === 'opened' && !closed.has(entry.subjectId)) this.#open.add(entry);
  }

  /** Brings the outbox to what the plans' states demand, and answers what is to be sent. */
  due(): OutboxEntry[] {
    const { plans } = this.#settings;
    const opened = plans.waiting().flatMap((record) => this.#opened(record));
    for (const entry of opened) this.#open.add(entry);
    return [...opened, ...[...this.#open].flatMap((entry) => this.#ended(entry))];
  }

  message({ subjectId, tenant, team }: OutboxEntry): Message | null {
    const { plans, estate, publicUrl } = this.#settings;
    const record = plans.get(subjectId.slice(PREFIX.length));
    if (!record) return null;
    const { plan, state, requester, requestedMs, expiresMs } = record;
    const finding = estate.finding(plan.subjectId);
    const approvers = this.#approversOf(record);
    const page = `/plans/${record.id}`;
    const facts: [string, string][] = [
      ['What would be different', plan.difference.split('\n', 1)[0] ?? ''],
      ['Blast radius', plan.blastRadius],
      ['Asked by', requester.id],
      ['Who may decide', approvers.join(', ')],
      state === 'waiting' ? ['A no without an answer by', new Date(expiresMs).toISOString()] : decisionOf(record),
      ['Decide', publicUrl ? '' : `on the processor’s page ${page}`],
    ];
    return {
      title: `${TITLES[plan.kind]}: ${finding?.title ?? plan.subjectId}`,
      severity: finding?.severity ?? 'informational',
      state: state === 'waiting' ? 'firing' : 'resolved',
      tenant,
      team,
      startedAt: new Date(requestedMs).toISOString(),
      facts: facts.filter(([, value]) => value !== ''),
      nextCommand: null,
      links: publicUrl ? [{ title: state === 'waiting' ? 'Decide' : 'Plan', href: publicUrl + page }] : [],
      missing: [],
    };
  }

  #opened({ id, plan: { team, tenant } }: PlanRecord): OutboxEntry[] {
    const { outbox, nowMs, chainsOf } = this.#settings;
    const subjectId = PREFIX + id;
    if (outbox.of(subjectId).length > 0) return [];
    const what = { subjectId, of: { team, tenant }, step: 'opened', urgency: 'approval', nowMs: nowMs() } as const;
    return outbox.add(
      chainsOf(team, tenant).map((chain) =>
        newEntry({ ...what, key: `${subjectId}|opened|approval/${chain[0]}#1`, chain }),
      ),
    );
  }

  /** What follows the first notice of a plan that nobody waits for any more. */
  #ended(entry: OutboxEntry): OutboxEntry[] {
    const { plans, outbox, followUps } = this.#settings;
    if (plans.get(entry.subjectId.slice(PREFIX.length))?.state === 'waiting') return [];
    if (entry.state === 'pending' && entry.tried.length > 0) return []; // on its way: its end follows it
    this.#open.delete(entry);
    if (entry.state === 'pending') outbox.change(entry, { state: 'void', reason: 'decided before it was told' });
    return followUps.of('resolved', [entry]);
  }

  #approversOf({ plan, requester }: PlanRecord): string[] {
    return this.#settings.people.all
      .filter((one) => one.can_approve && mayAnswerFor(one, plan.team) && one.name !== requester.id)
      .map(({ name }) => name);
  }
}

/** Whether the notice is about a plan. */
export function isOfPlan({ subjectId }: Pick<OutboxEntry, 'subjectId'>): boolean {
  return subjectId.startsWith(PREFIX);
}

function decisionOf({ state, reason, decidedBy, href }: PlanRecord): [string, string] {
  const why = reason !== null && reason !== state ? `: ${reason}` : '';
  return ['Decision', `${state}${why}, by ${decidedBy?.id ?? 'nobody'}${href ? `, ${href}` : ''}`];
}
