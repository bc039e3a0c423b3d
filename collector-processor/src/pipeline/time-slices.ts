import type { LedgerStore, SliFacts, SliId, SliPolicy } from '@cnapp-slo/model';
import { inputOf, SLIS } from '@cnapp-slo/model';

/** Good and bad seconds of one SLI and tenant that passed up to `atMs`. */
interface Slice {
  tenant: string;
  sli: SliId;
  atMs: number;
  good: number;
  bad: number;
}

interface Saved {
  lastMs: number | null;
  /** Everything ever measured; `atMs` is of no meaning. */
  totals: Slice[];
  slices: Slice[];
}

const META = 'slo_time';
/** Slices older than the longest window that anyone asks for are only kept in the totals. */
const KEPT_MS = 28 * 86_400_000;
/** Older slices are merged to this grain. */
const COARSE_MS = 3600_000;
const FINE_MS = 3 * 3600_000;

/** What SLIs that measure time have counted, in slices between two calls: for the counters, which cannot fall. */
export class TimeSlices {
  readonly #store: LedgerStore;
  readonly #saved: Saved;

  constructor(store: LedgerStore) {
    this.#store = store;
    const saved = store.meta(META);
    this.#saved = saved ? (JSON.parse(saved) as Saved) : { lastMs: null, totals: [], slices: [] };
  }

  get totals(): readonly Slice[] {
    return this.#saved.totals;
  }

  since(fromMs: number): Slice[] {
    return this.#saved.slices.filter((slice) => slice.atMs >= fromMs);
  }

  /** All tenants' seconds in (fromMs, toMs], to the grain of the slices. */
  measured(sli: string, fromMs: number, toMs: number): { good: number; bad: number } {
    const sum = { good: 0, bad: 0 };
    for (const slice of this.#saved.slices) {
      if (slice.sli !== sli || slice.atMs <= fromMs || slice.atMs > toMs) continue;
      sum.good += slice.good;
      sum.bad += slice.bad;
    }
    return sum;
  }

  /** Adds the seconds since the last call. Called in a transaction. */
  measure(facts: SliFacts, policy: SliPolicy, nowMs: number): void {
    const saved = this.#saved;
    const fromMs = saved.lastMs;
    saved.lastMs = nowMs;
    if (fromMs !== null && nowMs > fromMs) {
      for (const tenant of tenantsIn(facts)) {
        const own = {
          drift: facts.drift.filter(({ finding }) => finding.tenant === tenant),
          assets: facts.assets.filter(({ asset }) => asset.tenant === tenant),
        };
        for (const { definition, compute } of SLIS) {
          if (definition.counting !== 'time') continue;
          const { good, bad } = compute({ ...inputOf(own, fromMs, nowMs, policy), isBrief: true });
          if (good + bad > 0) this.#add({ tenant, sli: definition.id, atMs: nowMs, good, bad });
        }
      }
      saved.slices = compact(saved.slices, nowMs);
    }
    this.#store.saveMeta(META, JSON.stringify(saved));
  }

  #add(slice: Slice): void {
    const { totals, slices } = this.#saved;
    slices.push(slice);
    const total = totals.find((one) => one.tenant === slice.tenant && one.sli === slice.sli);
    if (total) {
      total.good += slice.good;
      total.bad += slice.bad;
    } else totals.push({ ...slice });
  }
}

function tenantsIn(facts: SliFacts): Set<string> {
  const tenants = new Set<string>();
  for (const { finding } of facts.drift) tenants.add(finding.tenant);
  for (const { asset } of facts.assets) tenants.add(asset.tenant);
  return tenants;
}

/** Recent slices stay as they are; older ones are summed by the hour, and those past every window are dropped. */
function compact(slices: readonly Slice[], nowMs: number): Slice[] {
  const kept: Slice[] = [];
  for (const slice of slices) {
    if (slice.atMs < nowMs - KEPT_MS) continue;
    const last = kept.findLast((other) => other.tenant === slice.tenant && other.sli === slice.sli);
    const coarse = slice.atMs < nowMs - FINE_MS;
    if (coarse && last && Math.floor(last.atMs / COARSE_MS) === Math.floor(slice.atMs / COARSE_MS)) {
      last.good += slice.good;
      last.bad += slice.bad;
      last.atMs = slice.atMs;
    } else kept.push({ ...slice });
  }
  return kept;
}
