import type {
  ExplainItem,
  ExplainPage,
  NowMs,
  SeriesPoint,
  Sli,
  SliComputation,
  SliFacts,
  SliFilter,
  SliInput,
  SliPolicy,
  SliQuery,
  SliReader,
  SliReport,
  SliTrend,
  SourceView,
  Windows,
} from '@cnapp-slo/model';
import { inputOf, isExerciseTenant, lazily, SLIS } from '@cnapp-slo/model';
import type { Estate } from '../pipeline/estate.ts';
import type { Processor } from '../pipeline/processor.ts';
import type { SourceState } from '../pipeline/sources.ts';
import { type Known, knownAt } from './as-of.ts';
import { type Burn, burnOf, NO_BURN } from './burn.ts';
import { coverageOf, watermarkOf } from './coverage.ts';
import { explainItems } from './explain-items.ts';
import { labelsOf, matcherOf } from './filter.ts';
import { type Final, finalOf } from './finals.ts';
import { iso } from './json.ts';
import { membersPage } from './members-page.ts';
import { allowedRatio, ratioOf, reportOf } from './sli-report.ts';
import { inputAt, slicedFacts } from './sliced-facts.ts';
import { decodeCursor, encodeCursor, windowMs } from './window.ts';

const MAX_POINTS = 500;
/** Answers are kept this long at most, so that a page of panels computes once. */
const CACHE_MS = 1000;

/** Filters whose slices are kept while no fact comes. */
const MAX_SLICES = 32;
const MAX_ANSWERS = 500;

/** A computation and the instant it is of: all answers that share it agree. */
interface Computed {
  untilMs: number;
  fromMs: number;
  facts: SliFacts;
  computation: SliComputation;
}

/** Where the points of a series lie, epoch ms. */
interface Points {
  firstMs: number;
  lastMs: number;
  stepMs: number;
}

/** SLI values from the estate: one path for API, `/metrics`, CLI and dashboards. */
export class EstateSliReader implements SliReader {
  readonly #processor: Processor;
  readonly #now: NowMs;
  readonly #intervals: Readonly<Record<string, number>>;
  readonly #facts = new WeakMap<Estate, { version: number; slices: Map<string, SliFacts> }>();
  /** Answers about this moment, and those that only new facts can change. */
  readonly #recent = new Cache();
  readonly #lasting = new Cache();
  #instant = { stamp: '', ms: 0 };

  constructor(processor: Processor, now: NowMs, intervals: Readonly<Record<string, number>>) {
    this.#processor = processor;
    this.#now = now;
    this.#intervals = intervals;
  }

  list(query: SliQuery = {}): SliReport[] {
    return SLIS.map((sli) => this.#report(sli, query));
  }

  get(id: string, query: SliQuery = {}): SliReport | null {
    const sli = sliOf(id);
    return sli ? this.#report(sli, query) : null;
  }

  series(id: string, query: SliQuery & { stepSeconds?: number }): Iterable<SeriesPoint> | null {
    const sli = sliOf(id);
    if (!sli) return null;
    const span = this.#span(sli, query);
    const key = `series ${id} ${Object.values(span)} ${keyOf(sli, query)}`;
    return this.#lasting.known<SeriesPoint[]>(`${this.#version}`, key) ?? this.#points(sli, query, span, key);
  }

  /** Where the points of a series lie. */
  #span({ definition }: Sli, query: SliQuery & { stepSeconds?: number }): Points {
    const spanMs = windowMs(query.window ?? definition.defaultWindow);
    const endMs = this.#endOf(query);
    const stepMs = Math.max(
      (query.stepSeconds ?? Math.ceil(spanMs / 1000 / 120)) * 1000,
      Math.ceil(spanMs / MAX_POINTS),
    );
    // Aligned to the step, so that two readers of the same history see the same points.
    const firstMs = Math.ceil((endMs - spanMs) / stepMs) * stepMs;
    return { firstMs, lastMs: Math.floor(endMs / stepMs) * stepMs, stepMs };
  }

  *#points(sli: Sli, query: SliQuery, { firstMs, lastMs, stepMs }: Points, key: string): Generator<SeriesPoint> {
    const { id, defaultWindow } = sli.definition;
    const rollingMs = windowMs(defaultWindow);
    const version = this.#version;
    const watermark = this.#watermark(sli, query);
    const points: SeriesPoint[] = [];
    const windows = { fromMs: firstMs - rollingMs, toMs: lastMs, lengthMs: rollingMs, stepMs };
    let facts: SliFacts | undefined;
    let trend: SliTrend | undefined;
    for (let atMs = firstMs; atMs <= lastMs; atMs += stepMs) {
      // Between two points the estate may have gone on, and with it what its rows hold.
      const known = this.#factsOf(query);
      if (known !== facts) trend = this.#trend(sli, query, known, windows);
      facts = known;
      const { value, good, bad } = (trend as SliTrend)({ fromMs: atMs - rollingMs, toMs: atMs });
      const final = watermark !== null && watermark >= atMs;
      const was = restatedFrom(query, finalOf(this.#processor.store, id, atMs), { value, good, bad });
      const point = { at: iso(atMs), value, ratio: ratioOf(good, bad), good, bad, final, ...was };
      points.push(point);
      yield point;
    }
    if (version === this.#version) this.#lasting.get(`${version}`, key, () => points);
  }

  #trend(sli: Sli, query: SliQuery, facts: SliFacts, windows: Windows): SliTrend {
    const trend = sli.trend?.(facts, policyOf(this.#processor.sliPolicy, query.filter), windows);
    if (trend) return trend;
    const { concerns } = sli;
    const own: SliFacts = concerns
      ? Object.create(facts, { episodes: { value: facts.episodes.filter(concerns) } })
      : facts;
    return ({ fromMs, toMs }) => sli.compute(Object.assign(this.#inputAt(query, own, fromMs, toMs), { isBrief: true }));
  }

  /** Whether every source that it needs has been heard beyond the instant (epoch ms). */
  isFinal(id: string, atMs: number): boolean {
    const sli = sliOf(id);
    const watermark = sli ? this.#watermark(sli, {}) : null;
    return watermark !== null && watermark >= atMs;
  }

  explain(id: string, query: SliQuery & { cursor?: string; limit?: number; role?: string }): ExplainPage | null {
    const sli = sliOf(id);
    if (!sli) return null;
    const offset = query.cursor === undefined ? 0 : Number(decodeCursor(query.cursor, 1)[0]);
    const { computation, facts } = this.#computed(sli, query);
    const { limit = 100, role } = query;
    const { counts, page, isLast } = membersPage(computation.members, { offset, limit, role });
    const items = explainItems(page, facts, this.#known(query).estate);
    const next = isLast ? null : encodeCursor([offset + limit]);
    return { sli: this.#report(sli, query), counts, items, next_cursor: next };
  }

  /** The longest of the bad members, and nothing else of the explanation. */
  worst(id: string, query: SliQuery & { limit: number }): ExplainItem[] {
    const sli = sliOf(id);
    if (!sli) return [];
    const { computation, facts } = this.#compute(sli, query, sli.definition.counting !== 'decided', query.limit);
    const { page } = membersPage(computation.members, { offset: 0, limit: query.limit, role: 'bad' });
    return explainItems(page, facts, this.#known(query).estate);
  }

  #report(sli: Sli, query: SliQuery): SliReport {
    const { definition } = sli;
    return this.#cached(`report ${definition.id} ${keyOf(sli, query)}`, () => {
      // Not kept: a scrape asks for no members, and those of a large estate are many. What was announced of a slice is told by them.
      const known = this.#recent.known<Computed>(this.#stamp, computedKey(sli, query));
      const isBrief = definition.counting !== 'members' || Object.keys(query.filter ?? {}).length === 0;
      const computed = known ?? this.#compute(sli, query, isBrief);
      const { untilMs } = computed;
      const sources = this.#sources(query);
      const watermark = this.#watermark(sli, query);
      return reportOf(definition, computed.computation, {
        coverage: coverageOf(sources, this.#scopesOf(query), definition.needs, untilMs, this.#intervals),
        burn: this.#burn(sli, query, computed),
        window: query.window ?? definition.defaultWindow,
        // Without a bound on what is known, what is known now.
        asOfMs: query.asOfMs ?? (query.untilMs === undefined ? untilMs : this.#now()),
        ...(query.untilMs === undefined ? {} : { untilMs }),
        final: watermark !== null && watermark >= untilMs,
      });
    });
  }

  /** With its members, for those who list them page by page. */
  #computed(sli: Sli, query: SliQuery): Computed {
    return this.#cached(computedKey(sli, query), () => this.#compute(sli, query, false));
  }

  /** `query.asOfMs` limits what is known; without it everything is, and the window ends now unless `query.untilMs` says when. */
  #compute(sli: Sli, query: SliQuery, isBrief: boolean, worst?: number): Computed {
    const untilMs = this.#endOf(query);
    const fromMs = untilMs - windowMs(query.window ?? sli.definition.defaultWindow);
    const facts = this.#factsOf(query);
    const asked = { isBrief, ...(worst !== undefined && { worst }) };
    const computation = sli.compute(Object.assign(this.#inputAt(query, facts, fromMs, untilMs), asked));
    return { untilMs, fromMs, facts, computation };
  }

  #inputAt(query: SliQuery, facts: SliFacts, fromMs: number, toMs: number): SliInput {
    const { latestMs } = this.#known(query).estate;
    return inputAt(facts, { fromMs, toMs, latestMs }, policyOf(this.#processor.sliPolicy, query.filter));
  }

  /** What production's sources sent. Days that are over never change, so that the past needs no ledger here. */
  #sourceViews(): SourceView[] {
    const volumes = Map.groupBy(this.#processor.sources.volumes.rows(), ({ source }) => source);
    return [...this.#sources({})].map(({ days = {}, ...source }) => {
      const counted = volumes.get(source.id);
      return { ...source, days, ...(counted && { volumes: counted }) };
    });
  }

  /** Whose scans fail: whatever is sliced, it comes from the tenant's scopes. */
  #scopesOf({ filter, ...query }: SliQuery): SliFacts['scopes'] {
    return this.#factsOf({ ...query, filter: filter?.tenant === undefined ? {} : { tenant: filter.tenant } }).scopes;
  }

  /** The window's end. */
  #endOf({ untilMs, asOfMs }: SliQuery): number {
    return untilMs ?? asOfMs ?? this.#instantMs();
  }

  /** Now, for all answers of one stamp: they are about the same instant, so that panels agree. */
  #instantMs(): number {
    const stamp = this.#stamp;
    if (stamp !== this.#instant.stamp) this.#instant = { stamp, ms: this.#now() };
    return this.#instant.ms;
  }

  /** What was known at `asOfMs`: refolded from the facts that had arrived by then. */
  #known({ asOfMs }: SliQuery): Known {
    return asOfMs === undefined || asOfMs >= this.#now() ? this.#processor : knownAt(this.#processor, asOfMs);
  }

  #factsOf(query: SliQuery): SliFacts {
    const { estate } = this.#known(query);
    const { filter = {} } = query;
    let known = this.#facts.get(estate);
    if (known?.version !== estate.version) {
      const heard = lazily({ sources: () => this.#sourceViews() });
      const facts: SliFacts = Object.create(estate.facts(), { sources: { get: () => heard.sources } });
      known = { version: estate.version, slices: new Map([['{}', facts]]) };
      this.#facts.set(estate, known);
    }
    const { slices } = known;
    const all = slices.get('{}') as SliFacts;
    const key = JSON.stringify(filter);
    const slice = slices.get(key) ?? slicedFacts(all, filter);
    slices.set(key, slice);
    const oldest = [...slices.keys()][1];
    if (slices.size > MAX_SLICES && oldest !== undefined) slices.delete(oldest);
    return slice;
  }

  #burn(sli: Sli, query: SliQuery, { untilMs, facts, computation }: Computed): Burn {
    const { objective, id, counting } = sli.definition;
    if (objective === null || counting === 'none') return NO_BURN;
    const isIn = this.#membership(query.filter ?? {}, counting, computation);
    return burnOf(allowedRatio(objective), (spanMs) => {
      const fromMs = untilMs - spanMs;
      if (counting !== 'time') return this.#processor.events.errorRatio(id, fromMs, untilMs, isIn);
      // What was measured is what the counters say. A part of it is not kept, and is computed.
      if (Object.keys(query.filter ?? {}).length === 0)
        return this.#processor.events.measuredRatio(id, fromMs, untilMs);
      const { assets, drift } = facts;
      const { good, bad } = sli.compute(inputOf({ assets, drift }, fromMs, untilMs, this.#processor.sliPolicy));
      return good + bad > 0 ? bad / (good + bad) : null;
    });
  }

  /** Whether an announced event, by its place, is about something that the filter lets in; null: it lets in everything. */
  #membership(filter: SliFilter, counting: string, { members }: SliComputation): ((place: number) => boolean) | null {
    if (Object.keys(filter).length === 0) return null;
    const { log } = this.#processor.events;
    if (counting !== 'decided') {
      const ids = new Set(members.map((member) => member.episodeId));
      return (place) => ids.has(log.idAt(place));
    }
    const matches = matcherOf(filter);
    return (place) => {
      const episode = log.episodeAt(place);
      return episode !== undefined && matches(labelsOf(episode.view));
    };
  }

  #watermark(sli: Sli, query: SliQuery): number | null {
    return watermarkOf(this.#sources(query), sli.definition.needs, query.asOfMs ?? this.#now(), this.#intervals);
  }

  /** Production's sources as they were known; those of a tenant where one is asked for. */
  *#sources(query: SliQuery): Generator<SourceState> {
    const tenants = query.filter?.tenant?.split(',');
    for (const source of this.#known(query).sources.all())
      if (!isExerciseTenant(source.tenant) && (!tenants || tenants.includes(source.tenant))) yield source;
  }

  get #version(): number {
    return this.#processor.estate.version;
  }

  get #stamp(): string {
    return `${this.#version} ${Math.floor(this.#now() / CACHE_MS)}`;
  }

  #cached<T>(key: string, compute: () => T): T {
    return this.#recent.get(this.#stamp, key, compute);
  }
}

/** Forgets everything when the stamp changes, and the oldest when it is full. */
class Cache {
  readonly #answers = new Map<string, unknown>();
  #stamp = '';

  /** Undefined: not asked for since the stamp changed. */
  known<T>(stamp: string, key: string): T | undefined {
    return stamp === this.#stamp ? (this.#answers.get(key) as T | undefined) : undefined;
  }

  get<T>(stamp: string, key: string, compute: () => T): T {
    if (stamp !== this.#stamp) this.#answers.clear();
    this.#stamp = stamp;
    if (!this.#answers.has(key)) this.#answers.set(key, compute());
    const oldest = this.#answers.keys().next().value;
    if (this.#answers.size > MAX_ANSWERS && oldest !== undefined && oldest !== key) this.#answers.delete(oldest);
    return this.#answers.get(key) as T;
  }
}

/** Of the tiers that are asked about. */
function policyOf(policy: SliPolicy, { criticality }: SliFilter = {}): SliPolicy {
  const { incidentBudgetOf } = policy;
  if (!incidentBudgetOf || criticality === undefined) return policy;
  const tiers = new Set(criticality.split(','));
  const budgets = Object.entries(incidentBudgetOf).filter(([tier]) => tiers.has(tier));
  return { ...policy, incidentBudget: budgets.reduce((sum, [, budget]) => sum + budget, 0) || null };
}

/** Only of everything, as it is known now: of a slice or a past state of knowledge no finals are noted. */
function restatedFrom(
  { filter = {}, asOfMs }: SliQuery,
  final: Final | null,
  now: Pick<Final, 'value' | 'good' | 'bad'>,
): Pick<SeriesPoint, 'restated_from'> {
  if (final === null || asOfMs !== undefined || Object.keys(filter).length > 0) return {};
  const { value, good, bad } = final;
  const isSame = good === now.good && bad === now.bad && isSameValue(value, now.value);
  return isSame ? {} : { restated_from: { value, good, bad } };
}

function sliOf(id: string): Sli | undefined {
  return SLIS.find((candidate) => candidate.definition.id === id);
}

function computedKey(sli: Sli, query: SliQuery): string {
  return `computed ${sli.definition.id} ${keyOf(sli, query)}`;
}

function keyOf({ definition }: Sli, { window, untilMs, asOfMs, filter = {} }: SliQuery): string {
  return `${window ?? definition.defaultWindow} ${untilMs ?? ''} ${asOfMs ?? 'now'} ${JSON.stringify(filter)}`;
}

/** A version that sums in another order may differ in the last bits. */
function isSameValue(a: number | null, b: number | null): boolean {
  return a === b || (a !== null && b !== null && Math.abs(a - b) <= 1e-12 * Math.abs(a));
}
