/** Sums over several sliding windows at once. */
import type { Step } from './stream.ts';

interface Window {
  ms: number;
  /** Index of its oldest step. */
  oldest: number;
  bad: number;
  all: number;
  repeated: number;
}

export class SlidingWindows {
  readonly #windows: Map<number, Window>;
  readonly #steps: Step[] = [];

  constructor(lengthsMs: readonly number[]) {
    this.#windows = new Map(lengthsMs.map((ms) => [ms, { ms, oldest: 0, bad: 0, all: 0, repeated: 0 }]));
  }

  /** Steps must come in order. */
  add(step: Step): void {
    this.#steps.push(step);
    for (const window of this.#windows.values()) {
      window.bad += step.bad;
      window.all += step.bad + step.good;
      window.repeated += step.repeated ?? 0;
    }
  }

  /** Drops what is as old as its window or older. */
  advance(nowMs: number): void {
    for (const window of this.#windows.values()) {
      for (let step = this.#steps[window.oldest]; step !== undefined && step.atMs <= nowMs - window.ms; ) {
        window.bad -= step.bad;
        window.all -= step.bad + step.good;
        window.repeated -= step.repeated ?? 0;
        step = this.#steps[++window.oldest];
      }
    }
  }

  counts(windowMs: number): { bad: number; all: number } {
    return this.#windows.get(windowMs) ?? { bad: 0, all: 0 };
  }

  /** With the misses of one cause counted once. */
  causes(windowMs: number): { bad: number; all: number } {
    const { bad = 0, all = 0, repeated = 0 } = this.#windows.get(windowMs) ?? {};
    return { bad: bad - repeated, all: all - repeated };
  }

  /** When the next step leaves a window. */
  nextDeparture(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const { ms, oldest } of this.#windows.values()) {
      const step = this.#steps[oldest];
      if (step !== undefined) next = Math.min(next, step.atMs + ms);
    }
    return next;
  }
}
