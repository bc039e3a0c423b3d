import type { NoticeStep } from '@cnapp-slo/exporters/channels';
import type { Occasion } from './chains.ts';
import type { NotificationLedger } from './ledger.ts';

/**
 * held: waits for the end of a hold · pending: to be delivered · delivered: a channel has it · dead: every channel refused
 * it for good · void: no longer true before it was told.
 */
export type EntryState = 'held' | 'pending' | 'delivered' | 'dead' | 'void';

/** One thing to tell, from the decision to the receipt. Its key is what makes a repetition harmless. */
export interface OutboxEntry {
  key: string;
  /** The incident, alert group or plan; for a digest or deadline alert its own id. */
  subjectId: string;
  tenant: string;
  team: string;
  step: NoticeStep;
  urgency: Occasion;
  /** Channels in order of fallback, and which of them has its turn. */
  chain: string[];
  turn: number;
  state: EntryState;
  /** Why it is held, dead or void. */
  reason: string | null;
  createdMs: number;
  /** Since when the present channel is tried (epoch ms). */
  turnSinceMs: number;
  /** Channels that were tried: what they were sent may have got through. */
  tried: string[];
  delivered: { channel: string; atMs: number; ref: string | null } | null;
  /** What its buttons carry, the same for all steps of one notice; null: it has none. */
  answerToken: string | null;
  /** The place of the `opened` that a later step follows. */
  follows: string | null;
  /** Incidents that an alert group, or incidents or findings that a digest or deadline alert is about. */
  members: string[];
  /** What `opened` notices of the same cause have in common; null: of nothing else's kind. */
  cause: string | null;
}

/** An entry that is to be delivered now. */
export function newEntry(what: {
  key: string;
  subjectId: string;
  of: { tenant: string; team: string };
  step: NoticeStep;
  urgency: Occasion;
  chain: readonly string[];
  nowMs: number;
}): OutboxEntry {
  const { key, subjectId, of, step, urgency, chain, nowMs } = what;
  return {
    key,
    subjectId,
    tenant: of.tenant,
    team: of.team,
    step,
    urgency,
    chain: [...chain],
    turn: 0,
    state: 'pending',
    reason: null,
    createdMs: nowMs,
    turnSinceMs: nowMs,
    tried: [],
    delivered: null,
    answerToken: null,
    follows: null,
    members: [],
    cause: null,
  };
}

/** What a hold kept back until it was over: void, and in the next digest. */
export const OVER_IN_HOLD = 'over before the hold ended';

const PREFIX = 'out/';

/** Everything that was or is to be told. Changes are durable before anything acts on them. */
export class Outbox {
  readonly #ledger: NotificationLedger;
  readonly #entries = new Map<string, OutboxEntry>();
  readonly #bySubject = new Map<string, OutboxEntry[]>();
  readonly #byToken = new Map<string, OutboxEntry>();
  readonly #byCause = new Map<string, OutboxEntry[]>();
  /** The alert groups that an incident was told with. */
  readonly #byMember = new Map<string, Set<string>>();
  /** Held and pending ones: the few that time can move. */
  readonly #unsettled = new Set<OutboxEntry>();

  constructor(ledger: NotificationLedger) {
    this.#ledger = ledger;
    for (const { key, state } of ledger.load()) {
      if (key.startsWith(PREFIX)) this.#index(JSON.parse(state) as OutboxEntry);
    }
  }

  /** Adds what is not known; answers what was added. */
  add(entries: readonly OutboxEntry[]): OutboxEntry[] {
    const added = entries.filter(({ key }) => !this.#entries.has(key));
    if (added.length > 0) this.#ledger.save(added.map(row));
    for (const entry of added) this.#index(entry);
    return added;
  }

  /** Changes an entry in place: whoever holds it sees the change. Nothing changes when the store cannot. */
  change(entry: OutboxEntry, changes: Partial<OutboxEntry>): void {
    this.#ledger.save([row({ ...entry, ...changes })]);
    this.#apply(entry, changes);
  }

  /** The receipt and the facts it gives, the last of them in one transaction with it. */
  async settle(entry: OutboxEntry, changes: Partial<OutboxEntry>, atMs: number, channel: string): Promise<void> {
    const { subjectId, tenant, members, urgency } = entry;
    if (urgency === 'approval') return this.change(entry, changes); // no clock starts for a plan
    const group = members.length > 0 && { group: subjectId };
    const told = (id: string) =>
      ({ kind: 'alert', subjectId: id, channel, precision: 'exact', ...group, urgency, atMs }) as const;
    const [last = subjectId, ...others] = members.toReversed();
    await Promise.all(others.map((id) => this.#ledger.record(told(id), tenant, [])));
    const recorded = await this.#ledger.record(told(last), tenant, [row({ ...entry, ...changes })]);
    // Told all the same, and not to be told again.
    if (recorded === 'unknown_subject') this.change(entry, changes);
    else this.#apply(entry, changes);
  }

  of(subjectId: string): readonly OutboxEntry[] {
    return this.#bySubject.get(subjectId) ?? [];
  }

  /** First notices of the cause, whether of one incident or of an alert group. */
  ofCause(cause: string): readonly OutboxEntry[] {
    return this.#byCause.get(cause) ?? [];
  }

  /** The ids of the alert groups that the incident was or is to be told with. */
  groupsOf(incidentId: string): readonly string[] {
    return [...(this.#byMember.get(incidentId) ?? [])];
  }

  /** The incidents that a notice with this subject is about. */
  incidentsOf(subjectId: string): readonly string[] {
    const members = this.of(subjectId).flatMap((entry) => (isGroup(entry) ? entry.members : []));
    return members.length > 0 ? [...new Set(members)] : [subjectId];
  }

  /** Whether people were told that all of the alert group is over. */
  isOver(groupId: string): boolean {
    return this.of(groupId).some(({ step }) => step === 'resolved');
  }

  byToken(token: string): OutboxEntry | undefined {
    return this.#byToken.get(token);
  }

  /** The incident that a channel's message, ticket or thread is about. */
  byRef(kindOfChannel: (channel: string) => string | undefined, kind: string, ref: string): OutboxEntry | undefined {
    for (const entry of this.#entries.values()) {
      const at = entry.delivered;
      if (entry.step === 'opened' && at?.ref === ref && kindOfChannel(at.channel) === kind) return entry;
    }
    return undefined;
  }

  unsettled(): readonly OutboxEntry[] {
    return [...this.#unsettled];
  }

  all(): Iterable<OutboxEntry> {
    return this.#entries.values();
  }

  count(state: EntryState): number {
    return [...this.#entries.values()].filter((entry) => entry.state === state).length;
  }

  #index(entry: OutboxEntry): void {
    this.#entries.set(entry.key, entry);
    const known = this.#bySubject.get(entry.subjectId);
    if (known) known.push(entry);
    else this.#bySubject.set(entry.subjectId, [entry]);
    if (entry.answerToken !== null) this.#byToken.set(entry.answerToken, entry);
    if (entry.cause !== null) {
      const ofCause = this.#byCause.get(entry.cause);
      if (ofCause) ofCause.push(entry);
      else this.#byCause.set(entry.cause, [entry]);
    }
    this.#apply(entry, {});
  }

  #apply(entry: OutboxEntry, changes: Partial<OutboxEntry>): void {
    Object.assign(entry, changes);
    if (isGroup(entry)) for (const id of entry.members) this.#noteMember(id, entry.subjectId);
    if (entry.state === 'held' || entry.state === 'pending') this.#unsettled.add(entry);
    else this.#unsettled.delete(entry);
  }

  #noteMember(incidentId: string, groupId: string): void {
    const groups = this.#byMember.get(incidentId);
    if (groups) groups.add(groupId);
    else this.#byMember.set(incidentId, new Set([groupId]));
  }
}

/** Whether the notice is about several incidents of one cause. */
export function isGroup({ subjectId }: Pick<OutboxEntry, 'subjectId'>): boolean {
  return subjectId.startsWith('g_');
}

/** Which time the incident fires: a fix that did not hold starts the next. */
export function roundOf({ key }: Pick<OutboxEntry, 'key'>): number {
  return Number(key.slice(key.lastIndexOf('#') + 1));
}

function row(entry: OutboxEntry): { key: string; state: string } {
  return { key: PREFIX + entry.key, state: JSON.stringify(entry) };
}
