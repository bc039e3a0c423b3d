import type { NowMs, Sli, SliFacts, SloEvent } from '@cnapp-slo/model';
import { DAY_MS, inputOf, SLIS } from '@cnapp-slo/model';
import type { Processor } from '../pipeline/processor.ts';

/** Within the windows that budgets are about; a day less, so that what was decided lately is still a member of them. */
const BACK_MS = 27 * DAY_MS;
/** Knowledge about the past moves slowly: it is looked over this often. */
const EVERY_MS = 60_000;

/**
 * What the ledger says today of what was announced in the last 27 days by the SLIs that count members or time: how much of it was
 * taken back or turned. What was announced stays.
 */
export class Restatements {
  readonly #processor: Processor;
  readonly #now: NowMs;
  #known: { atMs: number; version: number; counts: Map<string, number> } | null = null;

  constructor(processor: Processor, now: NowMs) {
    this.#processor = processor;
    this.#now = now;
  }

  /** `<tenant> <sli> <outcome>` → events, or seconds for what is measured. */
  counts(): ReadonlyMap<string, number> {
    const atMs = this.#now();
    const { version } = this.#processor.estate;
    const known = this.#known;
    if (known && (known.version === version || atMs - known.atMs < EVERY_MS)) return known.counts;
    const counts = new Map<string, number>();
    const facts = this.#processor.estate.facts();
    for (const sli of SLIS) {
      if (sli.definition.counting === 'members') this.#addMembers(counts, sli, facts, atMs);
      if (sli.definition.counting === 'time') this.#addTime(counts, sli, facts, atMs);
    }
    this.#known = { atMs, version, counts };
    return counts;
  }

  #addMembers(counts: Map<string, number>, sli: Sli, facts: SliFacts, nowMs: number): void {
    const { id } = sli.definition;
    const { log } = this.#processor.events;
    const announced: SloEvent[] = [];
    for (let place = log.firstFrom(nowMs - BACK_MS + 1); place < log.length; place += 1)
      if (log.kindAt(place).sli === id) announced.push(log.at(place));
    for (const [tenant, events] of Map.groupBy(announced, (event: SloEvent) => event.tenant)) {
      const own = inputOf(ofTenant(facts, tenant), nowMs - BACK_MS - DAY_MS, nowMs, this.#processor.sliPolicy);
      const roles = new Map(sli.compute(own).members.map(({ episodeId, role }) => [episodeId, role]));
      for (const { episodeId, outcome } of events)
        if (roles.get(episodeId) !== outcome) add(counts, `${tenant} ${id} ${outcome}`, 1);
    }
  }

  #addTime(counts: Map<string, number>, sli: Sli, facts: SliFacts, nowMs: number): void {
    const { id } = sli.definition;
    const slices = this.#processor.events.slicesSince(nowMs - BACK_MS).filter((slice) => slice.sli === id);
    for (const [tenant, measured] of Map.groupBy(slices, (slice) => slice.tenant)) {
      // A slice says when it ended: the first one only says where the second began.
      const [first, ...others] = measured;
      const last = others.at(-1);
      if (!first || !last) continue;
      const input = inputOf(ofTenant(facts, tenant), first.atMs, last.atMs, this.#processor.sliPolicy);
      const today = sli.compute(input);
      for (const outcome of ['good', 'bad'] as const) {
        const then = others.reduce((sum, slice) => sum + slice[outcome], 0);
        add(counts, `${tenant} ${id} ${outcome}`, Math.round(1000 * Math.abs(today[outcome] - then)) / 1000);
      }
    }
  }
}

function ofTenant(facts: SliFacts, tenant: string): Partial<SliFacts> {
  return {
    episodes: facts.episodes.filter(({ episode }) => episode.tenant === tenant),
    changes: facts.changes.filter(({ record }) => record.tenant === tenant),
    artifacts: facts.artifacts.filter(({ record }) => record.tenant === tenant),
    drift: facts.drift.filter(({ finding }) => finding.tenant === tenant),
    assets: facts.assets.filter(({ asset }) => asset.tenant === tenant),
  };
}

function add(counts: Map<string, number>, key: string, count: number): void {
  counts.set(key, (counts.get(key) ?? 0) + count);
}
