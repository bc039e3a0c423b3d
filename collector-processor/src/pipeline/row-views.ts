import type { Many } from '@cnapp-slo/model';
import { NumberList } from '../packed/number-list.ts';

/** The fields of T, each read when it is asked for: what a row shows of a table. */
export type Read<T> = { readonly [K in keyof T]-?: object extends Pick<T, K> ? T[K] | undefined : T[K] };

/** No row. */
export const NONE = 0xffffffff;

/** Rows of a table by their numbers. */
interface Rows {
  readonly length: number;
  at(index: number): number;
}

/** Views of a table's rows, each made when it is looked at and forgotten after: they show the table as it is then. */
export class RowViews<T> implements Many<T> {
  readonly #rows: Rows;
  readonly #viewOf: (row: number) => T | null;

  /** `viewOf`: null, the row is left out. */
  constructor(rows: Rows, viewOf: (row: number) => T | null) {
    this.#rows = rows;
    this.#viewOf = viewOf;
  }

  [Symbol.iterator](): Iterator<T> {
    const rows = this.#rows;
    const viewOf = this.#viewOf;
    const result = { done: false, value: undefined as T };
    let index = 0;
    return {
      next(): IteratorResult<T> {
        while (index < rows.length) {
          const view = viewOf(rows.at(index++));
          if (view === null) continue;
          result.value = view;
          return result as IteratorResult<T>;
        }
        return { done: true, value: undefined };
      },
    };
  }

  /** Only numbers are kept of those that are in. */
  filter(isIn: (view: T) => boolean): RowViews<T> {
    const kept = new NumberList(new Uint32Array(0));
    for (let index = 0; index < this.#rows.length; index++) {
      const row = this.#rows.at(index);
      const view = this.#viewOf(row);
      if (view !== null && isIn(view)) kept.push(row);
    }
    return new RowViews(kept, this.#viewOf);
  }

  flatMap<U>(to: (view: T) => U | readonly U[]): U[] {
    const all: U[] = [];
    for (const view of this) {
      const some = to(view);
      if (!Array.isArray(some)) all.push(some as U);
      else for (const one of some as readonly U[]) all.push(one);
    }
    return all;
  }

  /** The same rows, each seen otherwise; null leaves it out. */
  as(seen: (view: T) => T | null): RowViews<T> {
    const viewOf = this.#viewOf;
    return new RowViews(this.#rows, (row) => {
      const view = viewOf(row);
      return view === null ? null : seen(view);
    });
  }
}

/** All rows of a table that has so many now. */
export function allRows(count: number): Rows {
  return { length: count, at: (index) => index };
}
