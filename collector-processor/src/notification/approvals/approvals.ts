import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { ActionFailure, Actor, Component, InputSink, NowMs, PersonInput } from '@cnapp-slo/model';
import type { NotificationLedger } from '../ledger.ts';
import { mayAnswerFor, type People } from '../people.ts';
import { branchOf, digestOf, type Plan, type PlanKind } from './plan.ts';
import { type Ask, type PlannerSources, planFor } from './planner.ts';

/** approved: a no still counts · running: it no longer does. */
export type PlanState = 'waiting' | 'approved' | 'running' | 'denied' | 'expired' | 'void' | 'done' | 'failed';

/** A plan on its way through people's hands. Times epoch ms. */
export interface PlanRecord {
  id: string;
  plan: Plan;
  digest: string;
  /** An answer must bring it; it goes out with the plan and works once. */
  nonce: string;
  requester: Actor;
  requestedMs: number;
  expiresMs: number;
  state: PlanState;
  /** Why it ended as it did, by a stable code; null while it has not. */
  reason: string | null;
  decidedBy: Actor | null;
  decidedMs: number | null;
  /** What was opened. */
  href: string | null;
}

/** Does what a plan says. Never rejects. Repeated for the same digest, it does nothing twice, and finds what it did. */
export interface Executor {
  execute(
    digest: string,
    plan: Plan,
  ): Promise<{ status: 'done'; href: string | null } | { status: 'failed'; cause: ActionFailure; code: string }>;
}

export interface PlanAnswer {
  decision: 'approve' | 'deny';
  digest: string;
  nonce: string;
}

export type PlanOutcome = { status: 'ok'; record: PlanRecord } | { status: 'refused'; http: number; code: string };

export interface ApprovalSettings extends PlannerSources {
  ledger: NotificationLedger;
  inputs: InputSink;
  people: People;
  nowMs: NowMs;
  executors: Partial<Record<PlanKind, Executor>>;
}

/** What is asked again is what was asked before. */
const IN_FORCE = new Set<PlanState>(['waiting', 'approved', 'running', 'done']);
const PREFIX = 'plan/';
const DECIDE_WITHIN_MS = 3_600_000;
const TICK_MS = 15_000;
const MAX_ACCEPTANCE_MS = 90 * 86_400_000;
const EXECUTOR: Actor = { id: 'cnapp-slo', kind: 'automation' };

/**
 * Playbook tier 2: nothing happens before a second person has said yes to exactly this plan. A no ends it, as silence does; what
 * has changed since it was planned voids it. Every refusal and outcome is kept.
 */
export class Approvals implements Component {
  readonly name = 'approvals';
  #ticker: NodeJS.Timeout | undefined;
  readonly #settings: ApprovalSettings;
  readonly #records = new Map<string, PlanRecord>();

  constructor(settings: ApprovalSettings) {
    this.#settings = settings;
    for (const { key, state } of settings.ledger.load()) {
      if (!key.startsWith(PREFIX)) continue;
      const record = JSON.parse(state) as PlanRecord;
      this.#records.set(record.id, record);
    }
  }

  /** What was cut off goes on: nobody knows how far it came, and nothing is done twice. */
  async start(): Promise<void> {
    for (const record of this.#records.values()) {
      const { state, decidedBy } = record;
      if (decidedBy === null || (state !== 'approved' && state !== 'running')) continue;
      void this.#execute(record, decidedBy).catch(() => {}); // what fails is due again at the next start
    }
    this.#ticker = setInterval(() => void this.tick().catch(() => {}), TICK_MS); // what fails is due again at the next
  }

  async stop(): Promise<void> {
    clearInterval(this.#ticker);
  }

  /** Silence is a no: plans that nobody answered in time end. */
  async tick(): Promise<void> {
    for (const record of this.#records.values()) {
      if (this.#isOverdue(record)) await this.#end(record, 'expired', 'nobody answered', EXECUTOR);
    }
  }

  offers(kind: PlanKind): boolean {
    return this.#settings.executors[kind] !== undefined;
  }

  get(id: string): PlanRecord | null {
    return this.#records.get(id) ?? null;
  }

  /** Latest first. */
  list(): PlanRecord[] {
    return [...this.#records.values()].sort((a, b) => b.requestedMs - a.requestedMs);
  }

  waiting(): PlanRecord[] {
    return [...this.#records.values()].filter((record) => record.state === 'waiting' && !this.#isOverdue(record));
  }

  request(ask: Ask, requester: Actor): PlanOutcome {
    const nowMs = this.#settings.nowMs();
    if (!this.#settings.executors[ask.kind]) return refused(404, 'no_executor');
    const plan = planFor(ask, this.#settings);
    if (!plan) return refused(404, 'unknown_subject');
    if (plan.kind === 'accept_risk') {
      const untilMs = Date.parse(plan.parameters.expires_at ?? '');
      if (!(untilMs > nowMs) || untilMs - nowMs > MAX_ACCEPTANCE_MS) return refused(400, 'expiry_out_of_range');
    }
    const digest = digestOf(plan);
    const known = [...this.#records.values()].find((one) => one.digest === digest && IN_FORCE.has(one.state));
    if (known && known.reason !== 'closed' && !this.#isOverdue(known)) return { status: 'ok', record: known };
    const record: PlanRecord = {
      id: randomBytes(9).toString('hex'),
      plan,
      digest,
      nonce: randomBytes(18).toString('base64url'),
      requester,
      requestedMs: nowMs,
      expiresMs: nowMs + DECIDE_WITHIN_MS,
      state: 'waiting',
      reason: null,
      decidedBy: null,
      decidedMs: null,
      href: null,
    };
    this.#save(record);
    return { status: 'ok', record };
  }

  /** `approver` is an authenticated identity that may approve. */
  async decide(id: string, answer: PlanAnswer, approver: Actor): Promise<PlanOutcome> {
    const record = this.get(id);
    if (!record) return refused(404, 'unknown_plan');
    const fault = this.#faultOf(record, answer, approver);
    if (fault) return this.#refuse(record, approver, ...fault);
    if (answer.decision === 'deny') {
      await this.#end(record, 'denied', 'denied', approver);
      return { status: 'ok', record };
    }
    this.#save(record, { state: 'approved', decidedBy: approver, decidedMs: this.#settings.nowMs() });
    await this.#execute(record, approver);
    return this.#stateOf(record) === 'void' ? refused(409, record.reason ?? 'void') : { status: 'ok', record };
  }

  #faultOf(
    record: PlanRecord,
    { decision, digest, nonce }: PlanAnswer,
    approver: Actor,
  ): [http: number, code: string] | null {
    if (record.state === 'expired' || this.#isOverdue(record)) return [409, 'expired'];
    // A no counts until the deed is done.
    if (record.state !== 'waiting' && !(record.state === 'approved' && decision === 'deny'))
      return [409, 'already_decided'];
    if (!isSame(nonce, record.nonce)) return [403, 'wrong_nonce'];
    if (!isSame(digest, record.digest)) return [409, 'changed_plan'];
    const person = this.#settings.people.named(approver.id);
    if (person && !mayAnswerFor(person, record.plan.team)) return [403, 'wrong_team'];
    if (decision === 'deny') return null; // also by who asked: that takes it back
    if (approver.kind !== 'human') return [403, 'not_a_person'];
    if (person && !person.can_approve) return [403, 'may_not_approve'];
    return approver.id === record.requester.id ? [403, 'self_approved'] : null;
  }

  /**
   * The pull request of a plan was merged or closed by who owns the code: merged, it is our attempt's claim, which its
   * detector proves. False: no plan is behind it.
   */
  async settle(repository: string, branch: string, by: Actor, isMerged: boolean, atMs: number): Promise<boolean> {
    const record = [...this.#records.values()].find(
      ({ plan, digest }) => plan.parameters.repository === repository && branchOf(digest) === branch,
    );
    if (!record || record.reason === 'merged') return record !== undefined;
    if (isMerged) await this.#tell(record, 'remediated', EXECUTOR, { atMs });
    else await this.#tell(record, 'denied', by, { atMs });
    this.#save(record, { reason: isMerged ? 'merged' : 'closed' });
    return true;
  }

  async #execute(record: PlanRecord, approver: Actor): Promise<void> {
    const { plan } = record;
    // What is under way may have changed the estate already.
    const again =
      record.state === 'running'
        ? plan
        : planFor({ kind: plan.kind, subjectId: plan.subjectId, parameters: plan.parameters }, this.#settings);
    if (!again || digestOf(again) !== record.digest) return this.#end(record, 'void', 'changed_plan', approver);
    const executor = this.#settings.executors[plan.kind];
    if (!executor) return this.#end(record, 'void', 'no_executor', approver);
    if (plan.kind === 'accept_risk') {
      const acceptance = acceptanceOf(record, approver, record.decidedMs ?? this.#settings.nowMs());
      await this.#settings.inputs.record(acceptance, plan.tenant);
      this.#save(record, { state: 'done' });
      return;
    }
    // An issue is no attempt: whoever reads it makes the change.
    if (plan.parameters.path) await this.#tell(record, 'started', EXECUTOR, { atMs: record.decidedMs });
    if (this.#stateOf(record) !== 'approved' && this.#stateOf(record) !== 'running') return; // denied in the meantime
    this.#save(record, { state: 'running' });
    const result = await executor.execute(record.digest, plan);
    if (result.status === 'failed') {
      await this.#tell(record, 'failed', EXECUTOR, { cause: result.cause });
      this.#save(record, { state: 'failed', reason: result.code });
    } else this.#save(record, { state: 'done', href: result.href });
  }

  async #end(record: PlanRecord, state: 'denied' | 'expired' | 'void', reason: string, by: Actor): Promise<void> {
    this.#save(record, { state, reason, decidedBy: by });
    if (record.plan.kind === 'propose_fix') await this.#tell(record, 'denied', by);
  }

  /** As it is now, whatever the compiler knew of it before something was awaited. */
  #stateOf(record: PlanRecord): PlanState {
    return record.state;
  }

  #isOverdue(record: PlanRecord): boolean {
    return record.state === 'waiting' && this.#settings.nowMs() >= record.expiresMs;
  }

  async #tell(
    record: PlanRecord,
    action: 'started' | 'remediated' | 'failed' | 'denied',
    actor: Actor,
    { cause, atMs }: { cause?: ActionFailure; atMs?: number | null } = {},
  ): Promise<void> {
    const { subjectId, tenant } = record.plan;
    const attempt = { kind: 'action', subjectId, action, actor, tier: 'T2', attemptId: record.id } as const;
    await this.#settings.inputs.record(
      { ...attempt, ...(cause && { cause }), atMs: atMs ?? this.#settings.nowMs() },
      tenant,
    );
  }

  #refuse(record: PlanRecord, who: Actor, http: number, code: string): PlanOutcome {
    const at = new Date(this.#settings.nowMs()).toISOString();
    const row = { at, service: 'plan', code, who: who.id, subject: record.id };
    this.#settings.ledger.save([{ key: `refused/${at}/plan/${code}/${who.id}`, state: JSON.stringify(row) }]);
    return refused(http, code);
  }

  #save(record: PlanRecord, changes: Partial<PlanRecord> = {}): void {
    this.#settings.ledger.save([{ key: PREFIX + record.id, state: JSON.stringify({ ...record, ...changes }) }]);
    this.#records.set(record.id, Object.assign(record, changes));
  }
}

function acceptanceOf({ plan, requester }: PlanRecord, approver: Actor, atMs: number): PersonInput {
  const { reason = '', expires_at = '', policy } = plan.parameters;
  return {
    kind: 'acceptance',
    subjectId: plan.subjectId,
    requester,
    approver,
    reason,
    atMs,
    expiresMs: Date.parse(expires_at),
    policy: policy === 'restart' ? 'restart' : 'resume',
  };
}

function refused(http: number, code: string): PlanOutcome {
  return { status: 'refused', http, code };
}

function isSame(given: string, want: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(want)];
  return a.length === b.length && timingSafeEqual(a, b);
}
