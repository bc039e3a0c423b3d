import type {
  BurnRates,
  DriftView,
  EpisodeView,
  ExplainItem,
  ExplainPage,
  NowMs,
  SeriesPoint,
  Sli,
  SliComputation,
  SliMember,
  SliQuery,
  SliReader,
  SliReport,
} from '@cnapp-slo/model';
import { episodeAt, SLIS } from '@cnapp-slo/model';
import type { Processor } from '../pipeline/processor.ts';
import { estateAsOf } from './as-of.ts';
import { coverageOf, watermarkOf } from './coverage.ts';
import { matches } from './filter.ts';
import { clocksJson, iso } from './json.ts';
import { decodeCursor, encodeCursor, windowMs } from './window.ts';

const BURN_WINDOWS = { '1h': 3600_000, '6h': 6 * 3600_000, '1d': 86_400_000, '3d': 3 * 86_400_000 } as const;
const ROLES = ['bad', 'good', 'pending', 'excluded'] as const;
const MAX_POINTS = 500;
/** Answers are kept this long at most, so that a page of panels computes once. */
const CACHE_MS = 1000;

interface Views {
  episodes: readonly EpisodeView[];
  drift: readonly DriftView[];
}

/** SLI values from the estate: one path for API, `/metrics`, CLI and dashboards. */
export class EstateSliReader implements SliReader {
  readonly #processor: Processor;
  readonly #now: NowMs;
  readonly #intervals: Readonly<Record<string, number>>;
  #cache = new Map<string, unknown>();
  #cacheKey = '';

  constructor(processor: Processor, now: NowMs, intervals: Readonly<Record<string, number>>) {
    this.#processor = processor;
    this.#now = now;
    this.#intervals = intervals;
  }

  list(query: SliQuery = {}): SliReport[] {
    return SLIS.map((sli) => this.#report(sli, query));
  }

  get(id: string, query: SliQuery = {}): SliReport | null {
    const sli = SLIS.find((candidate) => candidate.definition.id === id);
    return sli ? this.#report(sli, query) : null;
  }

  series(id: string, query: SliQuery & { stepSeconds?: number }): SeriesPoint[] | null {
    const sli = SLIS.find((candidate) => candidate.definition.id === id);
    if (!sli) return null;
    const { definition } = sli;
    const spanMs = windowMs(query.window ?? definition.defaultWindow);
    const rollingMs = windowMs(definition.defaultWindow);
    const endMs = query.asOfMs ?? this.#now();
    const stepMs = Math.max(
      (query.stepSeconds ?? Math.ceil(spanMs / 1000 / 120)) * 1000,
      Math.ceil(spanMs / MAX_POINTS),
    );
    return this.#cached(
      `series ${id} ${spanMs} ${stepMs} ${endMs === query.asOfMs ? endMs : 'now'} ${JSON.stringify(query.filter ?? {})}`,
      () => {
        const views = this.#views(query);
        const watermark = watermarkOf(this.#processor.sources.all(), definition.needs, this.#now(), this.#intervals);
        const points: SeriesPoint[] = [];
        // Aligned to the step, so that two readers of the same history see the same points.
        for (let atMs = Math.ceil((endMs - spanMs) / stepMs) * stepMs; atMs <= endMs; atMs += stepMs) {
          const { value, good, bad } = computeAt(sli, views, atMs - rollingMs, atMs);
          points.push({
            at: iso(atMs),
            value,
            ratio: ratioOf(good, bad),
            good,
            bad,
            final: watermark !== null && watermark >= atMs,
          });
        }
        return points;
      },
    );
  }

  explain(id: string, query: SliQuery & { cursor?: string; limit?: number; role?: string }): ExplainPage | null {
    const sli = SLIS.find((candidate) => candidate.definition.id === id);
    if (!sli) return null;
    const asOfMs = query.asOfMs ?? this.#now();
    const offset = query.cursor === undefined ? 0 : Number(decodeCursor(query.cursor, 1)[0]);
    const { computation, views } = this.#compute(sli, query, asOfMs);
    const counts = { good: 0, bad: 0, excluded: 0, pending: 0 };
    for (const member of computation.members) counts[member.role] += 1;
    const ordered = computation.members
      .filter((member) => query.role === undefined || member.role === query.role)
      .sort(
        (a, b) =>
          ROLES.indexOf(a.role) - ROLES.indexOf(b.role) ||
          (b.durationSeconds ?? -1) - (a.durationSeconds ?? -1) ||
          (a.episodeId < b.episodeId ? -1 : 1),
      );
    const limit = query.limit ?? 100;
    const lookup = new Map(views.episodes.map((view) => [view.episode.id, view]));
    const drifts = new Map(views.drift.map((view) => [view.finding.id, view]));
    const items = ordered.slice(offset, offset + limit).map((member) => itemOf(member, lookup, drifts));
    const next = offset + limit < ordered.length ? encodeCursor([offset + limit]) : null;
    return { sli: this.#report(sli, query, asOfMs), counts, items, next_cursor: next };
  }

  /** `asOfMs` is the instant that is asked about; only `query.asOfMs` limits what is known. */
  #report(sli: Sli, query: SliQuery, asOfMs = query.asOfMs ?? this.#now()): SliReport {
    const { definition } = sli;
    const cacheKey = `report ${definition.id} ${query.window ?? ''} ${query.asOfMs ?? 'now'} ${JSON.stringify(query.filter ?? {})}`;
    return this.#cached(cacheKey, () => {
      const { computation } = this.#compute(sli, query, asOfMs);
      const { value, good, bad, members, durations, companions } = computation;
      const coverage = coverageOf(this.#processor.sources.all(), definition.needs, asOfMs, this.#intervals);
      const ratio = ratioOf(good, bad);
      const remaining = budgetRemaining(definition.objective, good, bad);
      const burn = this.#burn(sli, query, asOfMs);
      const excluded: Record<string, number> = {};
      for (const member of members) {
        if (member.role === 'excluded' && member.reason !== null)
          excluded[member.reason] = (excluded[member.reason] ?? 0) + 1;
      }
      const enough = coverage.value !== null && coverage.value >= definition.minimumCoverage;
      // Where there is an objective it is on the ratio: without one nothing is met, whatever the closed cohort shows.
      const isEmpty = ratio === null && (value === null || definition.objective !== null);
      const watermark = watermarkOf(this.#processor.sources.all(), definition.needs, this.#now(), this.#intervals);
      const report: SliReport = {
        id: definition.id,
        code: definition.code,
        title: definition.title,
        unit: definition.unit,
        direction: definition.direction,
        value,
        ratio,
        objective: definition.objective,
        good,
        bad,
        excluded,
        pending: members.filter((member) => member.role === 'pending').length,
        coverage: coverage.value,
        status: isEmpty ? 'no_data' : !enough ? 'insufficient' : statusOf(remaining),
        reason: isEmpty ? emptyReason(members) : enough ? null : coverage.reason,
        budget: { remaining, burn },
        window: query.window ?? definition.defaultWindow,
        as_of: iso(asOfMs),
        final: watermark !== null && watermark >= asOfMs,
        definition_version: definition.version,
        companions,
      };
      if (durations) {
        Object.assign(report, {
          p50: durations.p50,
          p90: durations.p90,
          mean: durations.mean,
          max: durations.max,
          rmst: durations.rmst,
          expected_misses: durations.expectedMisses,
          open: durations.open,
        });
      }
      return report;
    });
  }

  #compute(sli: Sli, query: SliQuery, asOfMs: number): { computation: SliComputation; views: Views } {
    const fromMs = asOfMs - windowMs(query.window ?? sli.definition.defaultWindow);
    const views = this.#views(query);
    return { computation: computeAt(sli, views, fromMs, asOfMs), views };
  }

  /** What was known at `asOfMs`: refolded from the facts that had arrived by then. */
  #views({ asOfMs, filter }: SliQuery): Views {
    const estate =
      asOfMs === undefined || asOfMs >= this.#now() ? this.#processor.estate : estateAsOf(this.#processor, asOfMs);
    const episodes = estate.episodeViews();
    const drift = estate.driftViews();
    if (!filter || Object.keys(filter).length === 0) return { episodes, drift };
    return {
      episodes: episodes.filter((view) => matches(view, filter)),
      drift: drift.filter((view) => matches(view, filter)),
    };
  }

  #burn(sli: Sli, query: SliQuery, asOfMs: number): BurnRates {
    const burn: BurnRates = { '1h': null, '6h': null, '1d': null, '3d': null };
    const { objective, id } = sli.definition;
    if (objective === null) return burn;
    const views = this.#views(query);
    const members = new Set(views.episodes.map((view) => view.episode.id));
    const isUnfiltered = !query.filter || Object.keys(query.filter).length === 0;
    for (const window of Object.keys(BURN_WINDOWS) as (keyof typeof BURN_WINDOWS)[]) {
      const fromMs = asOfMs - BURN_WINDOWS[window];
      let errors: number | null;
      if (id === 'drift-rate') {
        const { good, bad } = sli.compute({ episodes: [], drift: views.drift, fromMs, toMs: asOfMs });
        errors = good + bad > 0 ? bad / (good + bad) : null;
      } else
        errors = this.#processor.events.errorRatio(
          id,
          fromMs,
          asOfMs,
          (episode) => isUnfiltered || members.has(episode),
        );
      burn[window] = errors === null ? null : errors / allowedRatio(objective);
    }
    return burn;
  }

  #cached<T>(key: string, compute: () => T): T {
    const stamp = `${this.#processor.estate.version} ${Math.floor(this.#now() / CACHE_MS)}`;
    if (stamp !== this.#cacheKey) {
      this.#cache.clear();
      this.#cacheKey = stamp;
    }
    if (!this.#cache.has(key)) this.#cache.set(key, compute());
    return this.#cache.get(key) as T;
  }
}

function computeAt(sli: Sli, views: Views, fromMs: number, toMs: number): SliComputation {
  const episodes: EpisodeView[] = [];
  for (const view of views.episodes) {
    const episode = episodeAt(view.episode, toMs);
    if (episode) episodes.push(episode === view.episode ? view : { ...view, episode });
  }
  return sli.compute({ episodes, drift: views.drift, fromMs, toMs });
}

function ratioOf(good: number, bad: number): number | null {
  return good + bad > 0 ? good / (good + bad) : null;
}

/** 1: untouched, 0: used up, negative: overspent; null without events or objective. */
function budgetRemaining(objective: number | null, good: number, bad: number): number | null {
  if (objective === null || good + bad === 0) return null;
  return 1 - bad / (allowedRatio(objective) * (good + bad));
}

/** 1 − objective as the decimal it is written as: 1 − 0.95 is 0.05, not 0.050000000000000044. */
function allowedRatio(objective: number): number {
  return Number((1 - objective).toFixed(9));
}

function statusOf(remaining: number | null): SliReport['status'] {
  if (remaining === null) return 'ok';
  return remaining <= 0 ? 'breached' : remaining <= 0.5 ? 'at_risk' : 'ok';
}

function emptyReason(members: readonly SliMember[]): string {
  if (members.length === 0) return 'nothing of this kind happened in the window';
  const pending = members.filter((member) => member.role === 'pending').length;
  if (pending === members.length) return 'every episode of the window is still pending';
  return pending > 0 ? 'every episode of the window is pending or excluded' : 'every episode of the window is excluded';
}

function itemOf(
  member: SliMember,
  episodes: ReadonlyMap<string, EpisodeView>,
  drifts: ReadonlyMap<string, DriftView>,
): ExplainItem {
  const view = episodes.get(member.episodeId) ?? drifts.get(member.findingId);
  const episode = view && 'episode' in view ? view.episode : undefined;
  return {
    episode_id: member.episodeId,
    role: member.role,
    reason: member.reason,
    clocks: episode ? clocksJson(episode.clocks) : {},
    duration_seconds: member.durationSeconds,
    finding_id: member.findingId,
    title: view?.finding.title ?? member.findingId,
    asset_id: view?.finding.asset.id ?? '',
    severity: episode?.severity ?? view?.finding.severity ?? 'unknown',
    team: view?.asset?.team ?? 'unowned',
  };
}
