import { KeyIndex } from './key-index.ts';
import { resized } from './row-heap.ts';

/** A number below 2^32 for each key. */
export class KeyColumn {
  readonly #keys = new KeyIndex();
  #values = new Uint32Array(1024);

  get size(): number {
    return this.#keys.size;
  }

  get(key: string): number | undefined {
    const row = this.#keys.of(key);
    return row < 0 ? undefined : this.#values[row];
  }

  set(key: string, value: number): void {
    const row = this.#keys.add(key);
    if (row >= this.#values.length) this.#values = resized(this.#values, Math.ceil(row * 1.25));
    this.#values[row] = value;
  }
}
