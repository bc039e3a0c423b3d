import type { LedgerStore, NowMs, SliReader, SliReport } from '@cnapp-slo/model';
import { DAY_MS, SLIS } from '@cnapp-slo/model';

/** What an SLI said of the window that ended with a UTC day, when every needed source had been heard beyond that end. */
export interface Final extends Pick<SliReport, 'value' | 'good' | 'bad'> {
  /** When it was noted (epoch ms). */
  notedMs: number;
}

interface Reader extends Pick<SliReader, 'get'> {
  /** Whether every source that it needs has been heard beyond the instant (epoch ms). */
  isFinal(id: string, atMs: number): boolean;
}

/** Days that were not final yet, or passed while we were away, are looked after this long. */
const DAYS_BACK = 3;
/** Between two looks, each at one SLI: a computation over everything takes its time. */
const EVERY_MS = 30_000;

function keyOf(id: string, dayEndMs: number): string {
  return `final ${id} ${dayEndMs / DAY_MS}`;
}

/** Null: that day never became final while we were looking. `atMs` is the midnight at its end. */
export function finalOf(store: Pick<LedgerStore, 'meta'>, id: string, atMs: number): Final | null {
  const saved = atMs % DAY_MS === 0 ? store.meta(keyOf(id, atMs)) : null;
  return saved === null ? null : (JSON.parse(saved) as Final);
}

/** Notes each day's value as it becomes final, once: what is learnt later is a restatement, and can be seen as one. */
export class Finals {
  readonly #store: LedgerStore;
  readonly #slis: Reader;
  readonly #now: NowMs;
  #lookedMs = Number.NEGATIVE_INFINITY;
  #turn = 0;

  constructor(store: LedgerStore, slis: Reader, now: NowMs) {
    this.#store = store;
    this.#slis = slis;
    this.#now = now;
  }

  /** Call every few seconds. */
  tick(): void {
    const now = this.#now();
    if (now - this.#lookedMs < EVERY_MS) return;
    this.#lookedMs = now;
    for (const _ of SLIS) {
      const id = SLIS[this.#turn % SLIS.length]?.definition.id ?? '';
      this.#turn += 1;
      if (this.#look(id, now)) return;
    }
  }

  /** Whether there was something to look at. */
  #look(id: string, nowMs: number): boolean {
    const today = Math.floor(nowMs / DAY_MS) * DAY_MS;
    const ends = Array.from({ length: DAYS_BACK }, (_, index) => today - index * DAY_MS);
    const open = ends.filter((endMs) => this.#store.meta(keyOf(id, endMs)) === null);
    for (const endMs of open) {
      const report = this.#slis.isFinal(id, endMs) ? this.#slis.get(id, { untilMs: endMs }) : null;
      if (!report) continue;
      const { value, good, bad } = report;
      const final: Final = { value, good, bad, notedMs: nowMs };
      this.#store.transaction(() => this.#store.saveMeta(keyOf(id, endMs), JSON.stringify(final)));
    }
    return open.length > 0;
  }
}
