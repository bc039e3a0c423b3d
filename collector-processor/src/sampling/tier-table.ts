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

/** One tenant's assets by their ids, other names that they have, and of several with one name, such as a service's parts, the strictest. */
interface Assets {
  places: Map<string, Place>;
  names: Map<string, string>;
  byName: Map<string, TierEntry>;
}

/** The tiers of all assets; made anew from time to time, as a tier falls again when its reason is gone. */
export class TierTable implements TierLookup {
  readonly #tenants = new Map<string, Assets>();
  readonly #places = new Map<string, Place>();
  /** Readers hand out one object for records of the same resource. */
  #byResource: WeakMap<object, { tenant: string; place: TierPlace | null }> | null = null;

  /** Adds an asset, or says anew what it is. */
  add({ tenant, id, kind, names, facts }: TierSubject, promotion: Promotion, nowMs: number): void {
    const { tier, reasons } = tierOf({ ...facts, promotion }, nowMs);
    const place = this.#shared({ tenant, assetClass: kind, criticality: facts.criticality, tier, reasons });
    const assets = this.#tenants.get(tenant) ?? { places: new Map(), names: new Map(), byName: new Map() };
    this.#tenants.set(tenant, assets);
    assets.places.set(id, place);
    const other = names.find((name) => !id.endsWith(name));
    if (other !== undefined) assets.names.set(id, other);
    for (const name of names)
      assets.byName.set(name, stricter({ id, name: other ?? null, place }, assets.byName.get(name)));
    this.#byResource = null;
  }

  find(tenant: string, assetId: string | null, resource: Readonly<Record<string, Json>>): TierPlace | null {
    const own = assetId === null ? undefined : this.#tenants.get(tenant)?.places.get(assetId);
    if (own) return own;
    this.#byResource ??= new WeakMap();
    const known = this.#byResource.get(resource);
    if (known?.tenant === tenant) return known.place;
    const place = this.#ofResource(tenant, resource);
    this.#byResource.set(resource, { tenant, place });
    return place;
  }

  get(tenant: string, assetId: string): TierEntry | undefined {
    const assets = this.#tenants.get(tenant);
    const place = assets?.places.get(assetId);
    return place && { id: assetId, name: assets?.names.get(assetId) ?? null, place };
  }

  /** By its id, or a name under which it sends telemetry. */
  named(tenant: string, name: string): TierEntry | undefined {
    return this.get(tenant, name) ?? this.#tenants.get(tenant)?.byName.get(name);
  }

  *entries(): Generator<TierEntry> {
    for (const { places, names } of this.#tenants.values())
      for (const [id, place] of places) yield { id, name: names.get(id) ?? null, place };
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
      for (const entry of [this.get(tenant, name), this.#tenants.get(tenant)?.byName.get(name)])
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
