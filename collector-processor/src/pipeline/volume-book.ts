import type { EventClass, Json, LedgerStore, Tier, TierLookup, Volume, VolumeRow } from '@cnapp-slo/model';
import { DAY_MS, UNKNOWN_TIERS } from '@cnapp-slo/model';

/** What one delivery brought of one kind. */
export interface VolumeNote extends Volume {
  /** Its place among the delivery's volumes. */
  index: number;
  eventClass: EventClass;
  /** What the record is about; null where it does not say. */
  assetId: string | null;
  resource: Readonly<Record<string, Json>>;
}

/** Days that are kept: the longest window, and four weeks before it. */
const DAYS_KEPT = 120;

/** By tier, asset class and event class: events and bytes. */
type Kinds = Record<string, readonly [events: number, bytes: number]>;

/** One source on one day. */
interface SourceDay {
  tenant: string;
  source: string;
  day: number;
  kinds: Kinds;
}

/** Exact counts of all telemetry before any sampling. Saved in the transaction that changed them, a row a source and day. */
export class VolumeBook {
  /** Where a record's asset is looked up; replaced as assets change. */
  tiers: TierLookup = UNKNOWN_TIERS;
  readonly #rows = new Map<string, SourceDay>();
  readonly #drafts = new Map<string, SourceDay>();

  static load(store: LedgerStore): VolumeBook {
    const book = new VolumeBook();
    for (const { key, state } of store.load('volumes')) book.#rows.set(key, JSON.parse(state) as SourceDay);
    return book;
  }

  note(tenant: string, source: string, atMs: number, volumes: readonly VolumeNote[]): void {
    const { kinds } = this.#writable(tenant, source, Math.floor(atMs / DAY_MS));
    for (const { assetId, resource, eventClass, events, bytes } of volumes) {
      const place = this.tiers.find(tenant, assetId, resource);
      const kind = `${place?.tier ?? ''}|${place?.assetClass ?? ''}|${eventClass}`;
      const known = kinds[kind];
      kinds[kind] = known ? [known[0] + events, known[1] + bytes] : [events, bytes];
    }
  }

  /** Of all sources, in no promised order. */
  *rows(): Generator<VolumeRow> {
    for (const { tenant, source, day, kinds } of this.#rows.values()) {
      for (const [kind, [events, bytes]] of Object.entries(kinds)) {
        const [tier, assetClass, eventClass] = kind.split('|');
        yield {
          day,
          tenant,
          source,
          tier: tier ? (tier as Tier) : null,
          assetClass: assetClass || null,
          eventClass: eventClass as EventClass,
          events,
          bytes,
        };
      }
    }
  }

  save(store: LedgerStore): void {
    for (const [key, row] of this.#drafts) store.save('volumes', key, JSON.stringify(row));
  }

  /** After the commit. */
  apply(): void {
    for (const [key, row] of this.#drafts) {
      if (!this.#rows.has(key)) this.#forget(row.day - DAYS_KEPT);
      this.#rows.set(key, row);
    }
    this.#drafts.clear();
  }

  /** After a roll-back. */
  discard(): void {
    this.#drafts.clear();
  }

  #writable(tenant: string, source: string, day: number): SourceDay {
    const key = `${day} ${source}`;
    const draft = this.#drafts.get(key);
    if (draft) return draft;
    const row: SourceDay = { tenant, source, day, kinds: { ...this.#rows.get(key)?.kinds } };
    this.#drafts.set(key, row);
    return row;
  }

  #forget(untilDay: number): void {
    for (const [key, { day }] of this.#rows) if (day <= untilDay) this.#rows.delete(key);
  }
}
