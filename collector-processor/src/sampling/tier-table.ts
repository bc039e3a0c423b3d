import type {
  Criticality,
  Json,
  Tier,
  TierDecision,
  TierFacts,
  TierLookup,
  TierPlace,
  TierSubject,
} from '@cnapp-slo/model';
import { SENDER_ATTRIBUTES, tierOf } from '@cnapp-slo/model';

/** What many assets have in common: one object for all of them. */
interface Place extends TierDecision, TierPlace {
  tenant: string;
  criticality: Criticality | null;
}

export interface TierEntry {
  id: string;
  /** Beside the end of its id, which is an instance's own name. */
  name: string | null;
  place: Place;
}

type Promotion = TierFacts['promotion'];
/** Tenant → name → what is called so. */
type Names = Map<string, Map<string, TierEntry>>;

/** The tiers of all assets; made anew from time to time, as a tier falls again when its reason is gone. */
export class TierTable implements TierLookup {
  readonly #byId: Names = new Map();
  /** Of several assets with one name, such as a service's parts, the strictest. */
  readonly #byName: Names = new Map();
  readonly #places = new Map<string, Place>();
  /** Readers hand out one object for records of the same resource. */
  #byResource = new WeakMap<object, { tenant: string; place: TierPlace | null }>();

  /** Adds an asset, or says anew what it is. */
  add({ tenant, id, kind, names, facts }: TierSubject, promotion: Promotion, nowMs: number): void {
    const { tier, reasons } = tierOf({ ...facts, promotion }, nowMs);
    const place = this.#shared({ tenant, assetClass: kind, criticality: facts.criticality, tier, reasons });
    const entry: TierEntry = { id, name: names.find((name) => !id.endsWith(name)) ?? null, place };
    namesOf(this.#byId, tenant).set(id, entry);
    const byName = namesOf(this.#byName, tenant);
    for (const name of names) byName.set(name, stricter(entry, byName.get(name)));
    this.#byResource = new WeakMap();
  }

  find(tenant: string, assetId: string | null, resource: Readonly<Record<string, Json>>): TierPlace | null {
    const entry = assetId === null ? undefined : this.get(tenant, assetId);
    if (entry) return entry.place;
    const known = this.#byResource.get(resource);
    if (known?.tenant === tenant) return known.place;
    const place = this.#ofResource(tenant, resource);
    this.#byResource.set(resource, { tenant, place });
    return place;
  }

  get(tenant: string, assetId: string): TierEntry | undefined {
    return this.#byId.get(tenant)?.get(assetId);
  }

  /** By its id, or a name under which it sends telemetry. */
  named(tenant: string, name: string): TierEntry | undefined {
    return this.get(tenant, name) ?? this.#byName.get(tenant)?.get(name);
  }

  *entries(): Generator<TierEntry> {
    for (const entries of this.#byId.values()) yield* entries.values();
  }

  counts(): Record<Tier, number> {
    const counts = { T0: 0, T1: 0, T2: 0, T3: 0 };
    for (const { place } of this.entries()) counts[place.tier] += 1;
    return counts;
  }

  /** By the strictest of all names that the resource has. */
  #ofResource(tenant: string, resource: Readonly<Record<string, Json>>): TierPlace | null {
    let best: TierEntry | undefined;
    for (const attribute of SENDER_ATTRIBUTES) {
      const name = resource[attribute];
      if (typeof name !== 'string') continue;
      for (const entry of [this.get(tenant, name), this.#byName.get(tenant)?.get(name)])
        if (entry) best = stricter(entry, best);
    }
    return best?.place ?? null;
  }

  #shared(place: Place): Place {
    const key = JSON.stringify(place);
    const known = this.#places.get(key) ?? place;
    this.#places.set(key, known);
    return known;
  }
}

/** The one that was known, where both are as strict. */
function stricter(entry: TierEntry, known: TierEntry | undefined): TierEntry {
  return !known || entry.place.tier < known.place.tier ? entry : known;
}

function namesOf(names: Names, tenant: string): Map<string, TierEntry> {
  const known = names.get(tenant) ?? new Map<string, TierEntry>();
  names.set(tenant, known);
  return known;
}
