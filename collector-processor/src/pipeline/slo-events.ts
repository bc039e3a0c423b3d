import type { DriftView, Episode, LedgerStore, SliId, SloEvent } from '@cnapp-slo/model';
import { deadlineOf, detectionOutcome, remediationDeadlineApplies, remediationOutcome, SLIS } from '@cnapp-slo/model';
import type { ChangedFinding } from './draft.ts';

type Outcome = 'good' | 'bad';

interface SloEventCount {
  tenant: string;
  sli: SliId;
  outcome: 'good' | 'bad';
  count: number;
  restated?: number;
}

/** A stretch in which drift was measured: resource-seconds of one tenant. */
interface DriftSlice {
  tenant: string;
  atMs: number;
  good: number;
  bad: number;
}

interface DriftRecord {
  lastMs: number | null;
  totals: Record<string, { good: number; bad: number }>;
  slices: DriftSlice[];
}

const DRIFT_META = 'slo_drift';
/** Slices older than the longest window that anyone asks for are only kept in the totals. */
const KEPT_MS = 28 * 86_400_000;
/** Older slices are merged to this grain. */
const COARSE_MS = 3600_000;
const FINE_MS = 3 * 3600_000;

/**
 * What was announced to alerting: each episode's good or bad event by the instant at which it was decided. Never taken
 * back; what the ledger later says otherwise is reported as restated. Backfill and exercises never enter.
 */
export class SloEvents {
  readonly #store: LedgerStore;
  /** In order of decision. */
  readonly #events: SloEvent[];
  readonly #announced: Set<string>;
  readonly #totals = new Map<string, number>();
  readonly #drift: DriftRecord;
  /** Episodes with a deadline ahead, by episode id. */
  readonly #deadlines = new Map<string, { episode: Episode; deadlineMs: number }>();

  constructor(store: LedgerStore) {
    this.#store = store;
    this.#events = store.loadSloEvents();
    this.#announced = new Set(this.#events.map((event) => `${event.sli} ${event.episodeId}`));
    for (const event of this.#events) this.#count(event);
    const saved = store.meta(DRIFT_META);
    this.#drift = saved ? (JSON.parse(saved) as DriftRecord) : { lastMs: null, totals: {}, slices: [] };
  }

  /** Inside the transaction: what these findings have decided. Returns the new events, to be `keep`-ed after the commit. */
  decide(changed: readonly Pick<ChangedFinding, 'after'>[], nowMs: number): SloEvent[] {
    const decided: SloEvent[] = [];
    for (const { after } of changed) {
      for (const episode of after.episodes) {
        if (episode.origin === 'backfill' || episode.exercise) continue;
        const { id: episodeId, tenant } = episode;
        for (const sli of ANNOUNCED) {
          const outcome = this.#announced.has(`${sli} ${episodeId}`) ? null : outcomeOf(sli, episode, nowMs);
          if (outcome) decided.push({ sli, episodeId, tenant, outcome, decidedMs: nowMs });
        }
        this.#watchDeadline(episode);
      }
    }
    return decided.filter((event) => this.#store.appendSloEvent(event));
  }

  /** After the commit. */
  keep(events: readonly SloEvent[]): void {
    for (const event of events) {
      this.#events.push(event);
      this.#announced.add(`${event.sli} ${event.episodeId}`);
      if (event.sli === 'mttr') this.#deadlines.delete(event.episodeId);
      this.#count(event);
    }
  }

  /** Deadlines that have passed with their episode still open. Called in a transaction. */
  overdue(nowMs: number): SloEvent[] {
    const events: SloEvent[] = [];
    for (const { episode, deadlineMs } of this.#deadlines.values()) {
      if (deadlineMs > nowMs) continue;
      events.push({ sli: 'mttr', episodeId: episode.id, tenant: episode.tenant, outcome: 'bad', decidedMs: nowMs });
    }
    return events.filter((event) => this.#store.appendSloEvent(event));
  }

  /** Adds the resource-seconds since the last call. Called in a transaction. */
  measureDrift(views: readonly DriftView[], nowMs: number): void {
    const fromMs = this.#drift.lastMs;
    this.#drift.lastMs = nowMs;
    const compute = SLIS.find((sli) => sli.definition.id === 'drift-rate')?.compute;
    if (fromMs !== null && nowMs > fromMs && compute && views.length > 0) {
      for (const tenant of new Set(views.map((view) => view.finding.tenant))) {
        const drift = views.filter((view) => view.finding.tenant === tenant);
        const { good, bad } = compute({ episodes: [], drift, fromMs, toMs: nowMs });
        if (good + bad === 0) continue;
        const total = this.#drift.totals[tenant] ?? { good: 0, bad: 0 };
        this.#drift.totals[tenant] = total;
        total.good += good;
        total.bad += bad;
        this.#drift.slices.push({ tenant, atMs: nowMs, good, bad });
      }
      this.#drift.slices = compact(this.#drift.slices, nowMs);
    }
    this.#store.saveMeta(DRIFT_META, JSON.stringify(this.#drift));
  }

  /** Everything ever announced. `episodeOf` gives the ledger's present view, for what was restated. */
  totals(episodeOf: (id: string) => Episode | undefined): SloEventCount[] {
    const counts: SloEventCount[] = [];
    const restated = this.#restated(episodeOf);
    for (const [key, count] of [...this.#totals].sort()) {
      const [tenant, sli, outcome] = key.split(' ') as [string, SliId, 'good' | 'bad'];
      counts.push({ tenant, sli, outcome, count, restated: restated.get(key) ?? 0 });
    }
    for (const [tenant, { good, bad }] of Object.entries(this.#drift.totals)) {
      counts.push({ tenant, sli: 'drift-rate', outcome: 'good', count: good });
      counts.push({ tenant, sli: 'drift-rate', outcome: 'bad', count: bad });
    }
    return counts;
  }

  totalsSince(fromMs: number): SloEventCount[] {
    const sums = new Map<string, number>();
    for (let i = this.#events.length - 1; i >= 0; i--) {
      const event = this.#events[i] as SloEvent;
      if (event.decidedMs < fromMs) break;
      add(sums, keyOf(event), 1);
    }
    for (const slice of this.#drift.slices) {
      if (slice.atMs < fromMs) continue;
      add(sums, `${slice.tenant} drift-rate good`, slice.good);
      add(sums, `${slice.tenant} drift-rate bad`, slice.bad);
    }
    return [...sums].map(([key, count]) => {
      const [tenant, sli, outcome] = key.split(' ') as [string, SliId, 'good' | 'bad'];
      return { tenant, sli, outcome, count };
    });
  }

  /** Share of bad among what was decided in (fromMs, toMs]; null when nothing was. */
  errorRatio(sli: string, fromMs: number, toMs: number, matches: (episodeId: string) => boolean): number | null {
    let good = 0;
    let bad = 0;
    for (let i = this.#events.length - 1; i >= 0; i--) {
      const event = this.#events[i] as SloEvent;
      if (event.decidedMs <= fromMs) break;
      if (event.decidedMs > toMs || event.sli !== sli || !matches(event.episodeId)) continue;
      if (event.outcome === 'good') good += 1;
      else bad += 1;
    }
    return good + bad > 0 ? bad / (good + bad) : null;
  }

  #watchDeadline(episode: Episode): void {
    const deadlineMs = remediationDeadlineApplies(episode) && episode.state !== 'closed' ? deadlineOf(episode) : null;
    const isAhead = deadlineMs !== null && !this.#announced.has(`mttr ${episode.id}`);
    if (isAhead) this.#deadlines.set(episode.id, { episode, deadlineMs });
    else this.#deadlines.delete(episode.id);
  }

  #restated(episodeOf: (id: string) => Episode | undefined): Map<string, number> {
    const restated = new Map<string, number>();
    for (const event of this.#events) {
      const episode = episodeOf(event.episodeId);
      if (!episode || outcomeOf(event.sli, episode, event.decidedMs) !== event.outcome) add(restated, keyOf(event), 1);
    }
    return restated;
  }

  #count(event: SloEvent): void {
    add(this.#totals, keyOf(event), 1);
  }
}

const ANNOUNCED = ['mttd-config', 'mttr'] as const;

function outcomeOf(sli: string, episode: Episode, nowMs: number): Outcome | null {
  return sli === 'mttd-config' ? detectionOutcome(episode) : remediationOutcome(episode, nowMs);
}

function keyOf(event: SloEvent): string {
  return `${event.tenant} ${event.sli} ${event.outcome}`;
}

function add(sums: Map<string, number>, key: string, count: number): void {
  sums.set(key, (sums.get(key) ?? 0) + count);
}

/** Recent slices stay as they are; older ones are summed by the hour, and those past every window are dropped. */
function compact(slices: readonly DriftSlice[], nowMs: number): DriftSlice[] {
  const kept: DriftSlice[] = [];
  for (const slice of slices) {
    if (slice.atMs < nowMs - KEPT_MS) continue;
    const last = kept.findLast((other) => other.tenant === slice.tenant);
    const coarse = slice.atMs < nowMs - FINE_MS;
    if (coarse && last && Math.floor(last.atMs / COARSE_MS) === Math.floor(slice.atMs / COARSE_MS)) {
      last.good += slice.good;
      last.bad += slice.bad;
      last.atMs = slice.atMs;
    } else kept.push({ ...slice });
  }
  return kept;
}
