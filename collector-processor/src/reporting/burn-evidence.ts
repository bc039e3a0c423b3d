import { CUSUM_FACTORS, CUSUM_QUIET_DAYS, CusumWatch } from '@cnapp-slo/alert-rules/cusum';
import type { BurnEvidence, CusumGauge, SloEventCount, TeamMisses } from '@cnapp-slo/exporters/ports';
import type { NowMs, SliDefinition, SliId } from '@cnapp-slo/model';
import { SLIS } from '@cnapp-slo/model';
import { NumberList, timeList } from '../packed/number-list.ts';
import type { EpisodeRow } from '../pipeline/episode-row.ts';
import type { Kind } from '../pipeline/event-log.ts';
import type { Processor } from '../pipeline/processor.ts';
import { tenantsOf } from './metric-sources.ts';
import { rootCauseOf } from './root-cause.ts';
import type { EstateSliReader } from './sli-reader.ts';
import { allowedRatio } from './sli-report.ts';

/** The SLIs' budgets are about so long, and so long a cause is remembered after its last miss. */
export const PERIOD_MS = 28 * 86_400_000;
/** Seconds pass slowly: whose they are is looked up this often. */
const SECONDS_EVERY_MS = 60_000;
const MAX_ITEMS = 500;

const definitions: readonly SliDefinition[] = SLIS.map(({ definition }) => definition);
const budgeted = definitions.filter(({ objective }) => objective !== null);
const ofEvents = budgeted.filter(({ counting }) => counting === 'decided' || counting === 'members');
const ofTime = budgeted.filter(({ counting }) => counting === 'time');

type Slis = Pick<EstateSliReader, 'get' | 'worst'>;

/** Reads what was announced to alerting, each event once: causes, CUSUMs, and whose misses they are. */
export class ProcessorBurnEvidence implements BurnEvidence {
  readonly #processor: Processor;
  readonly #slis: Slis;
  readonly #now: NowMs;
  /** For each announced event that was read, whether it repeats a cause that had missed before: 1. */
  readonly #repeats = new NumberList(new Uint8Array(0));
  /** `<tenant> <sli> <outcome>` → when each was decided, ascending, the misses of one cause once. */
  readonly #causedMs = new Map<string, NumberList<Float64Array>>();
  /** `<tenant> <sli> <cause>` → its last miss. */
  readonly #causes = new Map<string, number>();
  readonly #cusums = new Map<string, { tenant: string; sli: SliId; watch: CusumWatch }>();
  #memberTeams: { version: number; teams: Map<string, string> } | null = null;
  readonly #seconds = new Map<string, { atMs: number; misses: TeamMisses[] }>();

  constructor(processor: Processor, slis: Slis, now: NowMs) {
    this.#processor = processor;
    this.#slis = slis;
    this.#now = now;
  }

  causesSince(fromMs: number): SloEventCount[] {
    this.#read();
    const counts: SloEventCount[] = [];
    for (const tenant of tenantsOf(this.#processor))
      for (const { id: sli } of ofEvents)
        for (const outcome of ['good', 'bad'] as const) {
          const times = this.#causedMs.get(`${tenant} ${sli} ${outcome}`);
          counts.push({ tenant, sli, outcome, count: times ? times.length - times.firstFrom(fromMs) : 0 });
        }
    return counts;
  }

  cusums(): CusumGauge[] {
    this.#read();
    for (const tenant of tenantsOf(this.#processor))
      for (const definition of ofEvents) this.#cusumOf(tenant, definition);
    return [...this.#cusums.values()].map(({ tenant, sli, watch }) => ({ tenant, sli, ...watch.at(this.#now()) }));
  }

  missesSince(fromMs: number): TeamMisses[] {
    const sums = new Map<string, TeamMisses>();
    const { log } = this.#processor.events;
    const counts = new Map<Kind, Map<string, number>>();
    for (let place = log.firstFrom(fromMs); place < log.length; place += 1) {
      const kind = log.kindAt(place);
      if (kind.outcome !== 'bad') continue;
      const byTeam = counts.get(kind) ?? new Map<string, number>();
      counts.set(kind, byTeam);
      const team = this.#teamOf(place);
      byTeam.set(team, (byTeam.get(team) ?? 0) + 1);
    }
    for (const [{ tenant, sli }, byTeam] of counts)
      for (const [team, count] of byTeam) addTo(sums, tenant, sli as SliId, team, count);
    const seconds = Math.round((this.#now() - fromMs) / 1000);
    for (const tenant of tenantsOf(this.#processor))
      for (const { id } of ofTime)
        for (const { team, count } of this.#secondsOf(tenant, id, seconds)) addTo(sums, tenant, id, team, count);
    return [...sums.values()];
  }

  /** Takes in what was announced since the last call. */
  #read(): void {
    const { log } = this.#processor.events;
    for (let place = this.#repeats.length; place < log.length; place++) {
      const kind = log.kindAt(place);
      const isBad = kind.outcome === 'bad';
      const decidedMs = log.decidedMsAt(place);
      const isRepeat = isBad && this.#repeatsCause(kind, log.episodeAt(place), decidedMs);
      this.#repeats.push(isRepeat ? 1 : 0);
      if (isRepeat) continue;
      this.#noteCaused(kind, decidedMs);
      const definition = ofEvents.find(({ id }) => id === kind.sli);
      if (definition) this.#cusumOf(kind.tenant, definition).see(isBad, decidedMs);
    }
  }

  #noteCaused({ tenant, sli, outcome }: Kind, decidedMs: number): void {
    const key = `${tenant} ${sli} ${outcome}`;
    const times = this.#causedMs.get(key) ?? timeList();
    this.#causedMs.set(key, times);
    times.push(decidedMs);
  }

  #repeatsCause({ tenant, sli }: Kind, episode: EpisodeRow | undefined, decidedMs: number): boolean {
    const cause = rootCauseOf(episode, this.#processor);
    if (cause === null) return false;
    const key = `${tenant} ${sli} ${cause}`;
    const lastMs = this.#causes.get(key);
    this.#causes.set(key, decidedMs);
    return lastMs !== undefined && decidedMs - lastMs <= PERIOD_MS;
  }

  #cusumOf(tenant: string, { id: sli, objective }: SliDefinition): CusumWatch {
    const key = `${tenant} ${sli}`;
    const known = this.#cusums.get(key);
    if (known) return known.watch;
    const p0 = allowedRatio(objective ?? 1);
    const watch = new CusumWatch({ p0, factors: CUSUM_FACTORS, quietDays: CUSUM_QUIET_DAYS, periodMs: PERIOD_MS });
    this.#cusums.set(key, { tenant, sli, watch });
    return watch;
  }

  /** Whether the announced event repeats a cause that had missed before. */
  isRepeat(place: number): boolean {
    this.#read();
    return this.#repeats.at(place) === 1;
  }

  #teamOf(place: number): string {
    const { log } = this.#processor.events;
    const episode = log.episodeAt(place);
    return (episode ? episode.asset?.team : this.#teams().get(log.idAt(place))) ?? 'unowned';
  }

  /** Whose the bad changes, digests and groups are, by their id. */
  #teams(): Map<string, string> {
    const { version } = this.#processor.estate;
    if (this.#memberTeams?.version === version) return this.#memberTeams.teams;
    const members = ofEvents.filter(({ counting }) => counting === 'members');
    const items = members.flatMap(({ id }) => this.#slis.worst(id, { limit: MAX_ITEMS }));
    const teams = new Map(items.map(({ episode_id, team }) => [episode_id, team]));
    this.#memberTeams = { version, teams };
    return teams;
  }

  #secondsOf(tenant: string, sli: SliId, seconds: number): readonly TeamMisses[] {
    const key = `${tenant} ${sli} ${seconds}`;
    const nowMs = this.#now();
    const known = this.#seconds.get(key);
    if (known && nowMs - known.atMs < SECONDS_EVERY_MS) return known.misses;
    // Of all tenants together: a scrape has just computed it.
    const isClean = (this.#slis.get(sli)?.bad ?? 0) === 0;
    const asked = { window: `${seconds}s`, filter: { tenant }, limit: MAX_ITEMS };
    const items = isClean ? [] : this.#slis.worst(sli, asked);
    const sums = new Map<string, TeamMisses>();
    for (const { team, duration_seconds } of items) addTo(sums, tenant, sli, team, duration_seconds ?? 0);
    const misses = [...sums.values()];
    this.#seconds.set(key, { atMs: nowMs, misses });
    return misses;
  }
}

function addTo(sums: Map<string, TeamMisses>, tenant: string, sli: SliId, team: string, count: number): void {
  const key = `${tenant} ${sli} ${team}`;
  const sum = sums.get(key) ?? { tenant, sli, team, count: 0 };
  sum.count += count;
  sums.set(key, sum);
}
