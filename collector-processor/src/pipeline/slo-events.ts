import type {
  Asset,
  Episode,
  EpisodeView,
  Finding,
  LedgerStore,
  SliFacts,
  SliId,
  SliPolicy,
  SloEvent,
} from '@cnapp-slo/model';
import { deadlineOf, detectionOutcome, remediationDeadlineApplies, remediationOutcome } from '@cnapp-slo/model';
import { type NumberList, timeList } from '../packed/number-list.ts';
import type { EpisodeRow } from './episode-row.ts';
import { EventLog } from './event-log.ts';
import type { FindingRow } from './finding-row.ts';
import type { FindingState } from './finding-state.ts';
import type { FindingTable } from './finding-table.ts';
import { byKey } from './keyed.ts';
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
  findings: FindingTable;
  assetOf: (finding: Finding) => Asset | undefined;
}

/**
 * What was announced to alerting: each good or bad event by the instant at which it was decided. Never taken back; what
 * the ledger later says otherwise is reported as restated. Backfill and exercises never enter.
 */
export class SloEvents {
  readonly #store: LedgerStore;
  readonly #settings: SloEventSettings;
  /** Everything ever announced. */
  readonly log: EventLog;
  /** When each was decided, ascending, by tenant, SLI and outcome. */
  readonly #decidedMs = new Map<string, NumberList<Float64Array>>();
  readonly #time: TimeSlices;
  readonly #members = new SettledMembers();

  constructor(store: LedgerStore, settings: SloEventSettings) {
    this.#store = store;
    this.#settings = settings;
    this.#time = new TimeSlices(store);
    this.log = new EventLog(settings.findings);
    for (const event of store.loadSloEvents()) this.#note(event);
  }

  /** Inside the transaction: what these findings have decided. Returns the new events, to be `keep`-ed after the commit. */
  decide(changed: Iterable<FindingState | FindingRow>, nowMs: number): SloEvent[] {
    const decided: SloEvent[] = [];
    for (const { finding, episodes } of changed) {
      const asset = episodes.length > 0 ? this.#settings.assetOf(finding) : undefined;
      for (const one of episodes) {
        const episode = 'findingRow' in one ? one.episode : one;
        if (episode.origin === 'backfill' || episode.exercise) continue;
        for (const sli of DECIDED) {
          const outcome = this.#isAnnounced(sli, one) ? null : this.#outcomeOf(sli, { episode, asset }, nowMs);
          if (outcome) decided.push({ sli, episodeId: episode.id, tenant: episode.tenant, outcome, decidedMs: nowMs });
        }
      }
    }
    return decided.filter((event) => this.#store.appendSloEvent(event));
  }

  /** After the commit. */
  keep(events: readonly SloEvent[]): void {
    for (const event of events) this.#note(event);
  }

  /** Deadlines that have passed with their episode still open. Called in a transaction. */
  overdue(nowMs: number): SloEvent[] {
    const { findings, policy } = this.#settings;
    const events: SloEvent[] = [];
    for (const row of findings.episodes.open()) {
      const { episode } = row;
      const isLive = episode.origin !== 'backfill' && !episode.exercise;
      if (!isLive || !remediationDeadlineApplies(episode) || this.#isAnnounced('mttr', row)) continue;
      const deadlineMs = deadlineOf(episode, row.asset, policy.deadlines);
      if (deadlineMs === null || deadlineMs > nowMs) continue;
      const { id: episodeId, tenant } = episode;
      events.push({ sli: 'mttr', episodeId, tenant, outcome: 'bad', decidedMs: nowMs });
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
      .filter((event) => !this.log.has(event.sli, event.episodeId) && this.#store.appendSloEvent(event));
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
      const count = times.length - times.firstFrom(fromMs);
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

  /** Share of bad among what was decided in (fromMs, toMs]; null when nothing was. `matches` chooses by place in the log; null: all. */
  errorRatio(sli: string, fromMs: number, toMs: number, matches: ((place: number) => boolean) | null): number | null {
    let good = 0;
    let bad = 0;
    if (!matches) {
      for (const [key, times] of this.#decidedMs) {
        const [, of, outcome] = key.split(' ');
        if (of !== sli) continue;
        const count = times.firstFrom(toMs + 1) - times.firstFrom(fromMs + 1);
        if (outcome === 'good') good += count;
        else bad += count;
      }
      return good + bad > 0 ? bad / (good + bad) : null;
    }
    const untilPlace = this.log.firstFrom(toMs + 1);
    for (let place = this.log.firstFrom(fromMs + 1); place < untilPlace; place += 1) {
      const { sli: of, outcome } = this.log.kindAt(place);
      if (of !== sli || !matches(place)) continue;
      if (outcome === 'good') good += 1;
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
    for (let place = 0; place < this.log.length; place += 1) {
      const kind = this.log.kindAt(place);
      if (!(DECIDED as readonly string[]).includes(kind.sli)) continue;
      const subject = this.log.episodeAt(place);
      const outcome = subject && this.#outcomeOf(kind.sli, subject.view, this.log.decidedMsAt(place));
      if (outcome !== kind.outcome) add(restated, keyOf(kind), 1);
    }
    return restated;
  }

  #isAnnounced(sli: string, episode: Episode | EpisodeRow): boolean {
    if ('findingRow' in episode) return this.log.hasEpisode(sli, episode.findingRow, episode.seq);
    return this.log.has(sli, episode.id);
  }

  #note(event: SloEvent): void {
    this.log.push(event);
    const key = keyOf(event);
    const times = this.#decidedMs.get(key) ?? timeList();
    this.#decidedMs.set(key, times);
    times.push(event.decidedMs);
  }
}

/** The SLIs that decide an episode at once. */
const DECIDED = ['mttd-config', 'mttr'] as const;

function keyOf({ tenant, sli, outcome }: Pick<SloEvent, 'tenant' | 'sli' | 'outcome'>): string {
  return `${tenant} ${sli} ${outcome}`;
}

function add(sums: Map<string, number>, key: string, count: number): void {
  sums.set(key, (sums.get(key) ?? 0) + count);
}
