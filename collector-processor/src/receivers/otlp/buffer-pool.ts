/** Node's own slab serves smaller ones; larger ones would pin too much memory. */
const smallest = 64 * 1024;
const largest = 4 * 1024 * 1024;

/**
 * Buffers that are used again. Memory outside the heap makes V8 collect the whole heap in proportion to how much of it
 * is allocated, which costs more than decoding: measured, a third of the receiver's CPU time.
 */
export class BufferPool {
  readonly #maxBytes: number;
  readonly #free = new Map<number, Buffer[]>();
  #pooledBytes = 0;

  /** At most `maxBytes` are kept for later. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** A buffer of exactly this length with arbitrary content. */
  take(length: number): Buffer {
    if (length < smallest || length > largest) return Buffer.allocUnsafe(length);
    const size = sizeFor(length);
    const slab = this.#free.get(size)?.pop();
    if (slab !== undefined) this.#pooledBytes -= size;
    return (slab ?? Buffer.allocUnsafeSlow(size)).subarray(0, length);
  }

  /** Gives back what `take` gave. Nobody may read it any more. */
  give(buffer: Buffer): void {
    const size = buffer.buffer.byteLength;
    const isSlab = buffer.byteOffset === 0 && size >= smallest && size === sizeFor(size);
    if (!isSlab || size > largest || this.#pooledBytes + size > this.#maxBytes) return;
    const free = this.#free.get(size) ?? [];
    free.push(Buffer.from(buffer.buffer));
    this.#free.set(size, free);
    this.#pooledBytes += size;
  }
}

function sizeFor(length: number): number {
  return 2 ** Math.ceil(Math.log2(length));
}
