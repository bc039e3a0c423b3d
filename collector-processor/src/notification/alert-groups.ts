import { createHash, randomBytes } from 'node:crypto';
import { isGroup, newEntry, type Outbox, type OutboxEntry } from './outbox.ts';
import type { Urgency } from './routing.ts';

/** An incident that somebody is to be told of. */
export interface Opening {
  incidentId: string;
  of: { team: string; tenant: string };
  urgency: Urgency;
  /** What it has in common with others: tenant, team, urgency, detector and rule. */
  cause: string;
  round: number;
  /** The hold that keeps it back; null: none. */
  hold: string | null;
  /** What others were told of it before its owner was known. */
  former: readonly OutboxEntry[];
  /** Its notices that a hold kept back until now. */
  held: readonly OutboxEntry[];
}

export interface AlertGroupSettings {
  outbox: Outbox;
  nowMs(): number;
  /** So many of one cause within the window are told one by one; what comes on top is told together. */
  after: number;
  windowMs: number;
  chainsOf(team: string, tenant: string, urgency: Urgency): readonly (readonly string[])[];
}

/** The first addition is told after this, each further one after twice the time: a storm is not to be its own storm. */
const FIRST_UPDATE_MS = 15_000;
/** A group that nothing joined for a window is complete; an addition must not take longer. */
const UPDATES_A_WINDOW = 4;

/** Five hundred incidents of one cause are one page that counts: an alert group, with the incidents as its members. */
export class AlertGroups {
  readonly #settings: AlertGroupSettings;

  constructor(settings: AlertGroupSettings) {
    this.#settings = settings;
  }

  /** Which of the incidents, all without a hold, are told one by one, and which with others of their cause. */
  divide(openings: readonly Opening[]): { alone: Opening[]; together: Opening[][] } {
    const alone: Opening[] = [];
    const together: Opening[][] = [];
    for (const [cause, ofCause] of Map.groupBy(openings, (opening) => opening.cause)) {
      const isMany = this.#recent(cause) + ofCause.length > this.#settings.after;
      if (isMany || this.#running(cause).length > 0) together.push(ofCause);
      else alone.push(...ofCause);
    }
    return { alone, together };
  }

  /** Starts a group with the incidents, which are of one cause, or lets them join the one that runs; answers what is to be sent. */
  tell(openings: readonly Opening[]): OutboxEntry[] {
    const { outbox } = this.#settings;
    const [first] = openings;
    if (!first) return [];
    for (const entry of openings.flatMap(({ held }) => held)) {
      outbox.change(entry, { state: 'void', reason: 'told with others' });
    }
    const members = openings.map(({ incidentId }) => incidentId);
    const running = this.#running(first.cause);
    if (running.length === 0) return this.#start(first, members);
    for (const opened of running) this.#join(opened, members);
    return [];
  }

  /** Whether an addition has collected for long enough. */
  isDue(addition: OutboxEntry): boolean {
    const number = Number(/\|more\.(\d+)\|/.exec(addition.key)?.[1] ?? 1);
    return this.#settings.nowMs() - addition.createdMs >= this.#pauseMs(number);
  }

  /** The group's first notice on the same channels as this one. */
  openedOf(entry: OutboxEntry): OutboxEntry | undefined {
    const chain = entry.key.slice(entry.key.lastIndexOf('|'));
    return this.#settings.outbox
      .of(entry.subjectId)
      .find(({ key, step }) => step === 'opened' && key.slice(key.lastIndexOf('|')) === chain);
  }

  #start({ of, urgency, cause }: Opening, members: string[]): OutboxEntry[] {
    const { outbox, nowMs, chainsOf } = this.#settings;
    const createdMs = nowMs();
    const id = `g_${createHash('sha256').update(`${cause}\n${createdMs}`).digest('hex').slice(0, 32)}`;
    const entries = chainsOf(of.team, of.tenant, urgency).map((chain) => ({
      ...newEntry({
        key: `${id}|opened|${urgency}/${chain[0]}#1`,
        subjectId: id,
        of,
        step: 'opened',
        urgency,
        chain,
        nowMs: createdMs,
      }),
      members,
      cause,
      answerToken: randomBytes(24).toString('base64url'),
    }));
    return outbox.add(entries);
  }

  /** What was not sent yet grows; else the additions wait in a notice of their own. */
  #join(opened: OutboxEntry, members: readonly string[]): void {
    const { outbox, nowMs } = this.#settings;
    const updates = this.#updatesOf(opened);
    const open = [opened, ...updates].find(
      ({ state, tried }) => (state === 'pending' || state === 'held') && tried.length === 0,
    );
    const told = new Set([opened, ...updates].flatMap((entry) => entry.members));
    const fresh = members.filter((id) => !told.has(id));
    if (fresh.length === 0) return;
    if (open) {
      outbox.change(open, { members: [...open.members, ...fresh] });
      return;
    }
    const { subjectId, urgency, chain, answerToken } = opened;
    const key = opened.key.replace('|opened|', `|more.${updates.length + 1}|`);
    const entry = newEntry({ key, subjectId, of: opened, step: 'updated', urgency, chain, nowMs: nowMs() });
    outbox.add([{ ...entry, answerToken, members: fresh, state: 'held', reason: 'collecting' }]);
  }

  #updatesOf(opened: OutboxEntry): OutboxEntry[] {
    const chain = opened.key.slice(opened.key.lastIndexOf('|'));
    return this.#settings.outbox
      .of(opened.subjectId)
      .filter(({ step, key, members }) => step === 'updated' && members.length > 0 && key.endsWith(chain));
  }

  /** First notices of the cause's group that is neither over nor complete. */
  #running(cause: string): OutboxEntry[] {
    const { outbox, nowMs, windowMs } = this.#settings;
    return outbox.ofCause(cause).filter((opened) => {
      if (!isGroup(opened)) return false;
      const all = outbox.of(opened.subjectId);
      const lastMs = Math.max(...all.map(({ createdMs }) => createdMs));
      return nowMs() - lastMs < windowMs && !outbox.isOver(opened.subjectId);
    });
  }

  #recent(cause: string): number {
    const { outbox, nowMs, windowMs } = this.#settings;
    const recent = outbox
      .ofCause(cause)
      .filter(({ createdMs, state }) => nowMs() - createdMs < windowMs && state !== 'void' && state !== 'held');
    return new Set(recent.map(({ subjectId }) => subjectId)).size;
  }

  #pauseMs(number: number): number {
    return Math.min(FIRST_UPDATE_MS * 2 ** (number - 1), this.#settings.windowMs / UPDATES_A_WINDOW);
  }
}
