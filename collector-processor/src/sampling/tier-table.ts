import type { Json, Tier, TierDecision, TierFacts, TierLookup, TierPlace, TierSubject } from '@cnapp-slo/model';
import { SENDER_ATTRIBUTES, tierOf } from '@cnapp-slo/model';

export interface TierEntry extends TierDecision, TierPlace {
  subject: TierSubject;
}

type Promotion = TierFacts['promotion'];

/** The tiers of all assets; made anew from time to time, as a tier falls again when its reason is gone. */
export class TierTable implements TierLookup {
  readonly #byId = new Map<string, TierEntry>();
  readonly #byName = new Map<string, TierEntry>();
  /** Readers hand out one object for records of the same resource. */
  #byResource = new WeakMap<object, { tenant: string; place: TierPlace | null }>();

  /** Adds an asset, or says anew what it is. */
  add(subject: TierSubject, promotion: Promotion, nowMs: number): void {
    const { tenant, id, kind, names, facts } = subject;
    const entry = { subject, assetClass: kind, ...tierOf({ ...facts, promotion }, nowMs) };
    this.#byId.set(keyOf(tenant, id), entry);
    // Of several assets with one name, such as a service's parts, the strictest decides.
    for (const name of [id, ...names]) {
      const key = keyOf(tenant, name);
      const known = this.#byName.get(key);
      if (!known || entry.tier < known.tier) this.#byName.set(key, entry);
    }
    this.#byResource = new WeakMap();
  }

  find(tenant: string, assetId: string | null, resource: Readonly<Record<string, Json>>): TierPlace | null {
    const entry = assetId === null ? undefined : this.#byId.get(keyOf(tenant, assetId));
    if (entry) return entry;
    const known = this.#byResource.get(resource);
    if (known?.tenant === tenant) return known.place;
    const place = this.#ofResource(tenant, resource);
    this.#byResource.set(resource, { tenant, place });
    return place;
  }

  get(tenant: string, assetId: string): TierEntry | undefined {
    return this.#byId.get(keyOf(tenant, assetId));
  }

  /** By its id, or a name under which it sends telemetry. */
  named(tenant: string, name: string): TierEntry | undefined {
    const key = keyOf(tenant, name);
    return this.#byId.get(key) ?? this.#byName.get(key);
  }

  entries(): IterableIterator<TierEntry> {
    return this.#byId.values();
  }

  counts(): Record<Tier, number> {
    const counts = { T0: 0, T1: 0, T2: 0, T3: 0 };
    for (const { tier } of this.#byId.values()) counts[tier] += 1;
    return counts;
  }

  /** By the strictest of all names that the resource has. */
  #ofResource(tenant: string, resource: Readonly<Record<string, Json>>): TierPlace | null {
    let best: TierPlace | null = null;
    for (const attribute of SENDER_ATTRIBUTES) {
      const name = resource[attribute];
      const place = typeof name === 'string' ? this.#byName.get(keyOf(tenant, name)) : undefined;
      if (place && (!best || place.tier < best.tier)) best = place;
    }
    return best;
  }
}

function keyOf(tenant: string, name: string): string {
  return `${tenant}\n${name}`;
}
