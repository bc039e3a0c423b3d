import type { Actor } from '@cnapp-slo/model';

/** An asset raised to T0 for a time, by whom and why. Times epoch ms. */
export interface PromotionRecord {
  tenant: string;
  assetId: string;
  reason: string;
  actor: Actor;
  atMs: number;
  untilMs: number;
  /** The asset beside which it was promoted; absent for the one that was meant. */
  beside?: string;
}

/** How many of the past are kept for the audit. */
const KEPT = 1000;

/** Who was promoted. `save` is called with everything after each change, before it takes effect. */
export class Promotions {
  readonly #save: (state: string) => void;
  #records: PromotionRecord[];
  #active = new Map<string, PromotionRecord>();

  constructor(stored: string | null, save: (state: string) => void) {
    this.#save = save;
    this.#records = stored === null ? [] : (JSON.parse(stored) as PromotionRecord[]);
    this.#index();
  }

  /** Raises an asset and its one-hop neighbours. A promotion that lasts longer stays. */
  promote(what: Omit<PromotionRecord, 'beside'>, neighbours: readonly string[]): PromotionRecord[] {
    const added: PromotionRecord[] = [
      what,
      ...[...new Set(neighbours)]
        .filter((id) => id !== what.assetId)
        .map((assetId) => ({ ...what, assetId, beside: what.assetId })),
    ];
    const records = [...this.#records, ...added].slice(-KEPT);
    this.#save(JSON.stringify(records));
    this.#records = records;
    this.#index();
    return added;
  }

  /** The one in force, or the last that was. */
  of(tenant: string, assetId: string): PromotionRecord | null {
    return this.#active.get(`${tenant}\n${assetId}`) ?? null;
  }

  /** The latest first. */
  all(): PromotionRecord[] {
    return this.#records.toReversed();
  }

  #index(): void {
    this.#active = new Map();
    for (const record of this.#records) {
      const key = `${record.tenant}\n${record.assetId}`;
      const known = this.#active.get(key);
      if (!known || record.untilMs >= known.untilMs) this.#active.set(key, record);
    }
  }
}
