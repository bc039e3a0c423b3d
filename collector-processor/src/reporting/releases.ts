import { isPaging } from '@cnapp-slo/alert-rules/paging';
import type { ReleaseCounts } from '@cnapp-slo/exporters/ports';
import type {
  GateOverride,
  Maintenance,
  MaintenanceView,
  NowMs,
  OverrideView,
  SliFilter,
  SliId,
} from '@cnapp-slo/model';
import { maintenanceState, overrideState, SLIS } from '@cnapp-slo/model';
import type { Processor } from '../pipeline/processor.ts';
import { PERIOD_MS, type ProcessorBurnEvidence } from './burn-evidence.ts';
import { labelsOf, matcherOf } from './filter.ts';

const OVERRIDE_MS = 24 * 3_600_000;

/** What people have said about releases, and whether a burn pages: what the gate knows besides the SLIs. */
export class Releases implements ReleaseCounts {
  readonly #processor: Processor;
  readonly #evidence: ProcessorBurnEvidence;
  readonly #now: NowMs;

  constructor(processor: Processor, evidence: ProcessorBurnEvidence, now: NowMs) {
    this.#processor = processor;
    this.#evidence = evidence;
    this.#now = now;
  }

  /** Durable when it resolves. */
  async tell(step: GateOverride | Maintenance, tenant: string): Promise<void> {
    await this.#processor.declare(step, tenant);
  }

  /** Latest first. */
  overrides(tenant: string): OverrideView[] {
    const nowMs = this.#now();
    const records = this.#processor.estate.records.list('override').filter((record) => record.tenant === tenant);
    const views = records.flatMap((record): OverrideView[] => {
      const said = overrideState(record);
      if (!said) return [];
      const { withdrawnMs, ...rest } = said;
      const expiresMs = (said.approvedMs ?? said.requestedMs) + OVERRIDE_MS;
      const open = said.approvedMs === null ? 'requested' : 'in_force';
      const state = withdrawnMs !== null ? 'withdrawn' : nowMs >= expiresMs ? 'expired' : open;
      return [{ id: record.id, state, ...rest, expiresMs }];
    });
    return views.sort((a, b) => b.requestedMs - a.requestedMs);
  }

  /** Latest first. */
  maintenance(tenant: string): MaintenanceView[] {
    const nowMs = this.#now();
    const records = this.#processor.estate.records.list('maintenance').filter((record) => record.tenant === tenant);
    const views = records.flatMap((record): MaintenanceView[] => {
      const said = maintenanceState(record);
      if (!said) return [];
      const state = nowMs >= said.toMs ? 'over' : nowMs >= said.fromMs ? 'in_force' : 'planned';
      return [{ id: record.id, state, ...said }];
    });
    return views.sort((a, b) => b.fromMs - a.fromMs);
  }

  /** Whether the events of an SLI page, by the regime of their traffic; null for SLIs that count no events. */
  isPaging(id: SliId, filter: SliFilter): boolean | null {
    const definition = SLIS.find((sli) => sli.definition.id === id)?.definition;
    if (!definition || definition.objective === null) return null;
    if (definition.counting !== 'decided') return null;
    const matches = matcherOf(filter);
    const { log } = this.#processor.events;
    const nowMs = this.#now();
    const events: { decidedMs: number; isBad: boolean; isRepeat: boolean }[] = [];
    for (let place = log.firstFrom(nowMs - PERIOD_MS); place < log.length; place += 1) {
      const { sli, outcome } = log.kindAt(place);
      const episode = sli === id ? log.episodeAt(place) : undefined;
      if (!episode || !matches(labelsOf({ finding: episode.finding, asset: episode.asset }))) continue;
      const isRepeat = this.#evidence.isRepeat(place);
      events.push({ decidedMs: log.decidedMsAt(place), isBad: outcome === 'bad', isRepeat });
    }
    const countOf = (counted: typeof events) => (windowMs: number) => {
      const window = counted.filter(({ decidedMs }) => decidedMs > nowMs - windowMs);
      return { bad: window.filter(({ isBad }) => isBad).length, all: window.length };
    };
    const causes = events.filter(({ isRepeat }) => !isRepeat);
    return isPaging(definition.objective, PERIOD_MS, countOf(events), countOf(causes));
  }

  approvedOverrides(): { tenant: string; count: number }[] {
    const counts = new Map<string, number>();
    for (const record of this.#processor.estate.records.list('override')) {
      const isApproved = (overrideState(record)?.approvedMs ?? null) !== null;
      if (isApproved) counts.set(record.tenant, (counts.get(record.tenant) ?? 0) + 1);
    }
    return [...counts].map(([tenant, count]) => ({ tenant, count }));
  }

  maintenanceEnds(): { tenant: string; sli: SliId; endsMs: number }[] {
    const ends = new Map<string, { tenant: string; sli: SliId; endsMs: number }>();
    const nowMs = this.#now();
    for (const record of this.#processor.estate.records.list('maintenance')) {
      const said = maintenanceState(record);
      if (!said || nowMs < said.fromMs || nowMs >= said.toMs) continue;
      const { tenant } = record;
      for (const sli of said.slis ?? SLIS.map(({ definition }) => definition.id)) {
        const known = ends.get(`${tenant} ${sli}`)?.endsMs ?? 0;
        ends.set(`${tenant} ${sli}`, { tenant, sli, endsMs: Math.max(known, said.toMs) });
      }
    }
    return [...ends.values()];
  }
}
