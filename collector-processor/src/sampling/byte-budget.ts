import type { Tier } from '@cnapp-slo/model';
import { ALWAYS, adaptiveThreshold, MINUTE_MS } from '@cnapp-slo/model';

/** Kept when not even one unit fits: the highest randomness alone. */
const LEAST = 'ffffffffffffff';

/**
 * A byte budget for each tier by adaptive threshold. A minute's threshold is what would have kept the minute before within the
 * budget: it is fixed before the first unit comes, so that the probability of each is known, and a burst is cut a minute late.
 */
export class ByteBudget {
  readonly #perMinute: ReadonlyMap<Tier, number>;
  #minute = Number.NEGATIVE_INFINITY;
  #units = new Map<Tier, Map<string, number>>();
  #thresholds = new Map<Tier, string>();

  /** Bytes a day by tier; tiers that are left out have no budget. */
  constructor(bytesPerDay: Readonly<Partial<Record<Tier, number>>>) {
    this.#perMinute = new Map(
      Object.entries(bytesPerDay).map(([tier, bytes]) => [tier as Tier, bytes / ((24 * 3_600_000) / MINUTE_MS)]),
    );
  }

  /** The threshold that holds now. */
  thresholdAt(tier: Tier, nowMs: number): string {
    if (this.#perMinute.size === 0) return ALWAYS;
    const minute = Math.floor(nowMs / MINUTE_MS);
    if (minute > this.#minute) this.#turn(minute);
    return this.#thresholds.get(tier) ?? ALWAYS;
  }

  /** What a unit brought, kept or not: the next threshold is made from it. */
  add(tier: Tier, randomness: string, bytes: number): void {
    if (!this.#perMinute.has(tier)) return;
    const units = this.#units.get(tier) ?? new Map<string, number>();
    this.#units.set(tier, units);
    units.set(randomness, (units.get(randomness) ?? 0) + bytes);
  }

  #turn(minute: number): void {
    this.#thresholds = new Map();
    // After a silent minute nothing needs to be cut.
    if (minute === this.#minute + 1) {
      for (const [tier, units] of this.#units) {
        const candidates = [...units].map(([randomness, size]) => ({ randomness, size }));
        this.#thresholds.set(tier, adaptiveThreshold(candidates, this.#perMinute.get(tier) ?? 0) ?? LEAST);
      }
    }
    this.#units = new Map();
    this.#minute = minute;
  }
}
