import { type Column, grown, resized } from './row-heap.ts';

/** Numbers one after the other, each with the bytes of its column and no more. */
export class NumberList<C extends Column> {
  length = 0;
  #values: C;

  /** `empty`: of the kind that the column is to be, with no values. */
  constructor(empty: C) {
    this.#values = empty;
  }

  push(value: number): void {
    if (this.length === this.#values.length) this.#values = resized(this.#values, grown(this.length));
    this.#values[this.length++] = value;
  }

  /** There must be one at `index`, here and when it is set. */
  at(index: number): number {
    return this.#values[index] as number;
  }

  set(index: number, value: number): void {
    this.#values[index] = value;
  }

  /** Of ascending values: the index of the first that is not below `value`; `length` when all are. */
  firstFrom(value: number): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.at(middle) < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Epoch ms, ascending. */
export function timeList(): NumberList<Float64Array> {
  return new NumberList(new Float64Array(0));
}
