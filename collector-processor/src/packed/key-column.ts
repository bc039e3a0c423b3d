import { grown, resized } from './row-heap.ts';

/** A number from 1 to 2^32 - 1 for each key that has a row. */
export class KeyColumn {
  readonly #rowOf: (key: string) => number;
  readonly #rows: () => number;
  #values = new Uint32Array(0);

  /** `rowOf`: -1, the key is not known. `rows`: how many there are. */
  constructor(rowOf: (key: string) => number, rows: () => number) {
    this.#rowOf = rowOf;
    this.#rows = rows;
  }

  /** Of all keys that are known. */
  get size(): number {
    return this.#rows();
  }

  get(key: string): number | undefined {
    return this.#values[this.#rowOf(key)] || undefined;
  }

  /** Throws for a key that is not known. */
  set(key: string, value: number): void {
    const row = this.#rowOf(key);
    if (row < 0) throw new Error(`${key} has no row`);
    if (row >= this.#values.length) this.#values = resized(this.#values, grown(row));
    this.#values[row] = value;
  }

  clear(): void {
    this.#values.fill(0);
  }
}
