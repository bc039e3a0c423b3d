import type { Asset, EpisodeView, Finding, LedgerStore, SliFacts, SliId, SliPolicy, SloEvent } from '@cnapp-slo/model';
import { deadlineOf, detectionOutcome, remediationDeadlineApplies, remediationOutcome } from '@cnapp-slo/model';
import type { FindingRow } from './finding-row.ts';
import type { FindingState } from './finding-state.ts';
import { SettledMembers } from './settled-members.ts';
import { TimeSlices } from './time-slices.ts';

type Outcome = 'good' | 'bad';

interface SloEventCount {
  tenant: string;
  sli: SliId;
  outcome: Outcome;
  count: number;
  restated?: number;
}

/** An episode, and the asset whose criticality and exposure decide its deadline. */
type Subject = Pick<EpisodeView, 'episode' | 'asset'>;

export interface SloEventSettings {
  policy: SliPolicy;
  /** By the episode's id. */
  subjectOf: (id: string) => Subject | undefined;
  assetOf: (finding: Finding) => Asset | undefined;
}

/**
 * What was announced to alerting: each good or bad event by the instant at which it was decided. Never taken back; what
 * the ledger later says otherwise is reported as restated. Backfill and exercises never enter.
 */
export class SloEvents {
  readonly #store: LedgerStore;
  readonly #settings: SloEventSettings;
  /** In order of decision. */
  readonly #events: SloEvent[];
  /** SLI → ids of the episodes and members that were announced. */
  readonly #announced = new Map<string, Set<string>>();
  /** When each was decided, ascending, by tenant, SLI and outcome. */
  readonly #decidedMs = new Map<string, number[]>();
  readonly #time: TimeSlices;
  readonly #members = new SettledMembers();
  /** Episodes with a deadline ahead, by their id. */
  readonly #running = new Set<string>();

  constructor(store: LedgerStore, settings: SloEventSettings) {
    this.#store = store;
    this.#settings = settings;
    this.#time = new TimeSlices(store);
    this.#events = store.loadSloEvents();
    for (const event of this.#events) this.#note(event);
  }

  /** Everything ever announced, in order of decision. It only grows at its end. */
  get log(): readonly SloEvent[] {
    return this.#events;
  }

  /** Inside the transaction: what these findings have decided. Returns the new events, to be `keep`-ed after the commit. */
  decide(changed: Iterable<FindingState | FindingRow>, nowMs: number): SloEvent[] {
    const decided: SloEvent[] = [];
    for (const { finding, episodes } of changed) {
      const asset = episodes.length > 0 ? this.#settings.assetOf(finding) : undefined;
      for (const one of episodes) {
        const episode = 'whole' in one ? one.episode : one;
        if (episode.origin === 'backfill' || episode.exercise) continue;
        const { id: episodeId, tenant } = episode;
        for (const sli of DECIDED) {
          const outcome = this.#isAnnounced(sli, episodeId) ? null : this.#outcomeOf(sli, { episode, asset }, nowMs);
          if (outcome) decided.push({ sli, episodeId, tenant, outcome, decidedMs: nowMs });
        }
        const isRunning = remediationDeadlineApplies(episode) && episode.state !== 'closed';
        if (isRunning && !this.#isAnnounced('mttr', episodeId)) this.#running.add(episodeId);
        else this.#running.delete(episodeId);
      }
    }
    return decided.filter((event) => this.#store.appendSloEvent(event));
  }

  /** After the commit. */
  keep(events: readonly SloEvent[]): void {
    for (const event of events) {
      this.#events.push(event);
      if (event.sli === 'mttr') this.#running.delete(event.episodeId);
      this.#note(event);
    }
  }

  /** Deadlines that have passed with their episode still open. Called in a transaction. */
  overdue(nowMs: number): SloEvent[] {
    const { subjectOf, policy } = this.#settings;
    const events: SloEvent[] = [];
    for (const episodeId of this.#running) {
      const subject = subjectOf(episodeId);
      const deadlineMs = subject ? deadlineOf(subject.episode, subject.asset, policy.deadlines) : null;
      if (!subject || deadlineMs === null || deadlineMs > nowMs) continue;
      events.push({ sli: 'mttr', episodeId, tenant: subject.episode.tenant, outcome: 'bad', decidedMs: nowMs });
    }
    return events.filter((event) => this.#store.appendSloEvent(event));
  }

  /** Adds the seconds since the last call to the SLIs that measure time. Called in a transaction. */
  measure(facts: SliFacts, nowMs: number): void {
    this.#time.measure(facts, this.#settings.policy, nowMs);
  }

  /** Members whose role has settled. Called in a transaction. */
  settled(facts: SliFacts, nowMs: number): SloEvent[] {
    return this.#members
      .events(facts, this.#settings.policy, nowMs)
      .filter((event) => !this.#isAnnounced(event.sli, event.episodeId) && this.#store.appendSloEvent(event));
  }

  /** Everything ever announced, and what of it the ledger's present view says otherwise. */
  totals(): SloEventCount[] {
    const counts: SloEventCount[] = [];
    const restated = this.#restated();
    for (const [key, { length: count }] of [...this.#decidedMs].sort(byKey)) {
      const [tenant, sli, outcome] = key.split(' ') as [string, SliId, Outcome];
      const isTracked = (DECIDED as readonly string[]).includes(sli);
      counts.push({ tenant, sli, outcome, count, ...(isTracked && { restated: restated.get(key) ?? 0 }) });
    }
    for (const { tenant, sli, good, bad } of this.#time.totals) {
      counts.push({ tenant, sli, outcome: 'good', count: good }, { tenant, sli, outcome: 'bad', count: bad });
    }
    return counts;
  }

  /** What was measured in slices that ended since then; `atMs` is their end. */
  slicesSince(fromMs: number): ReturnType<TimeSlices['since']> {
    return this.#time.since(fromMs);
  }

  totalsSince(fromMs: number): SloEventCount[] {
    const sums = new Map<string, number>();
    for (const [key, times] of this.#decidedMs) {
      const count = times.length - firstFrom(times, fromMs);
      if (count > 0) sums.set(key, count);
    }
    for (const { tenant, sli, good, bad } of this.#time.since(fromMs)) {
      add(sums, `${tenant} ${sli} good`, good);
      add(sums, `${tenant} ${sli} bad`, bad);
    }
    return [...sums].map(([key, count]) => {
      const [tenant, sli, outcome] = key.split(' ') as [string, SliId, Outcome];
      return { tenant, sli, outcome, count };
    });
  }

  /** Share of bad among what was decided in (fromMs, toMs]; null when nothing was. `matches` chooses among the events; null: all. */
  errorRatio(
    sli: string,
    fromMs: number,
    toMs: number,
    matches: ((episodeId: string) => boolean) | null,
  ): number | null {
    let good = 0;
    let bad = 0;
    if (!matches) {
      for (const [key, times] of this.#decidedMs) {
        const [, of, outcome] = key.split(' ');
        if (of !== sli) continue;
        const count = firstFrom(times, toMs + 1) - firstFrom(times, fromMs + 1);
        if (outcome === 'good') good += count;
        else bad += count;
      }
      return good + bad > 0 ? bad / (good + bad) : null;
    }
    for (let i = this.#events.length - 1; i >= 0; i--) {
      const event = this.#events[i] as SloEvent;
      if (event.decidedMs <= fromMs) break;
      if (event.decidedMs > toMs || event.sli !== sli || !matches(event.episodeId)) continue;
      if (event.outcome === 'good') good += 1;
      else bad += 1;
    }
    return good + bad > 0 ? bad / (good + bad) : null;
  }

  /** The same for an SLI that measures time; null when nothing was measured. */
  measuredRatio(sli: string, fromMs: number, toMs: number): number | null {
    const { good, bad } = this.#time.measured(sli, fromMs, toMs);
    return good + bad > 0 ? bad / (good + bad) : null;
  }

  #outcomeOf(sli: string, { episode, asset }: Subject, nowMs: number): Outcome | null {
    if (sli === 'mttd-config') return detectionOutcome(episode);
    return remediationOutcome(episode, asset, nowMs, this.#settings.policy.deadlines);
  }

  #restated(): Map<string, number> {
    const restated = new Map<string, number>();
    for (const event of this.#events) {
      if (!(DECIDED as readonly string[]).includes(event.sli)) continue;
      const subject = this.#settings.subjectOf(event.episodeId);
      const outcome = subject && this.#outcomeOf(event.sli, subject, event.decidedMs);
      if (outcome !== event.outcome) add(restated, keyOf(event), 1);
    }
    return restated;
  }

  #isAnnounced(sli: string, id: string): boolean {
    return this.#announced.get(sli)?.has(id) ?? false;
  }

  #note(event: SloEvent): void {
    const announced = this.#announced.get(event.sli);
    if (announced) announced.add(event.episodeId);
    else this.#announced.set(event.sli, new Set([event.episodeId]));
    const key = keyOf(event);
    const times = this.#decidedMs.get(key);
    if (times) times.push(event.decidedMs);
    else this.#decidedMs.set(key, [event.decidedMs]);
  }
}

/** The SLIs that decide an episode at once. */
const DECIDED = ['mttd-config', 'mttr'] as const;

/** The index of the first time that is not before `fromMs`; `times.length` when none is. */
export function firstFrom(times: readonly number[], fromMs: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] as number) < fromMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

function byKey(a: readonly [string, unknown], b: readonly [string, unknown]): number {
  return a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0;
}

function keyOf(event: SloEvent): string {
  return `${event.tenant} ${event.sli} ${event.outcome}`;
}

function add(sums: Map<string, number>, key: string, count: number): void {
  sums.set(key, (sums.get(key) ?? 0) + count);
}
