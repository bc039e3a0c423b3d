import type { Span, Windows } from './sli.ts';

/**
 * What is added up in each of many windows, for trends: whatever counts is looked at once, and noted where it begins and where it
 * ceases to count. Sums are exact as long as what is added is whole: counts and milliseconds.
 */
export class WindowSums<K extends string> {
  readonly #windows: Windows;
  readonly #count: number;
  /** What each window has more than the one before it. */
  readonly #changes: Record<K, Float64Array>;

  constructor(windows: Windows, names: readonly K[]) {
    const { fromMs, toMs, lengthMs, stepMs } = windows;
    this.#windows = windows;
    this.#count = 1 + Math.floor((toMs - fromMs - lengthMs) / stepMs);
    const none = names.map((name) => [name, new Float64Array(this.#count + 1)]);
    this.#changes = Object.fromEntries(none) as Record<K, Float64Array>;
  }

  /** Adds it to the windows that `atMs` lies in and that end at `fromMs` or later and before `untilMs` (epoch ms). */
  add(
    name: K,
    amount: number,
    { atMs, fromMs = atMs, untilMs = Number.POSITIVE_INFINITY }: { atMs: number; fromMs?: number; untilMs?: number },
  ): void {
    const first = this.#firstFrom(Math.max(atMs, fromMs));
    const end = this.#firstFrom(Math.min(atMs + this.#windows.lengthMs, untilMs));
    if (first >= end) return;
    const changes = this.#changes[name];
    changes[first] = (changes[first] as number) + amount;
    changes[end] = (changes[end] as number) - amount;
  }

  /** What there is in the one of the windows that is given. */
  of({ toMs }: Span): Record<K, number> {
    const index = this.#firstFrom(toMs);
    const sums = {} as Record<K, number>;
    for (const name in this.#changes)
      sums[name] = this.#changes[name].subarray(0, index + 1).reduce((sum, change) => sum + change, 0);
    return sums;
  }

  /** The first window that ends at the instant or later; their number: there is none. */
  #firstFrom(atMs: number): number {
    const { fromMs, lengthMs, stepMs } = this.#windows;
    return Math.min(this.#count, Math.max(0, Math.ceil((atMs - fromMs - lengthMs) / stepMs)));
  }
}
