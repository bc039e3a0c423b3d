import { grown } from './row-heap.ts';

/** Prefix and 128 bits in hex: what findings are called. */
const HASHED = /^f_[0-9a-f]{32}$/;
const NONE = 0xffffffff;
const WORDS = 4;
const BYTES = 16;

/**
 * Numbers keys in the order in which they come: 0, 1, 2 … A key that is a hash costs 26 bytes; any other is kept as it is.
 */
export class KeyIndex {
  size = 0;
  /** Of hashed keys; zeros: see `#texts`. The same as bytes and as words. */
  #bytes = Buffer.alloc(BYTES * 1024);
  #hashes = wordsOf(this.#bytes);
  /** Open addressing: number of the key, or NONE. */
  #slots = new Uint32Array(2048).fill(NONE);
  readonly #others = new Map<string, number>();
  readonly #texts = new Map<number, string>();
  readonly #asked = new Uint32Array(WORDS);

  /** -1: not known. */
  of(key: string): number {
    if (!this.#parse(key)) return this.#others.get(key) ?? -1;
    const number = this.#slots[this.#slotOf()] as number;
    return number === NONE ? -1 : number;
  }

  /** The key's number, a new one where it is not known. */
  add(key: string): number {
    const known = this.of(key);
    if (known >= 0) return known;
    const number = this.size++;
    if (BYTES * this.size > this.#bytes.length) {
      const longer = Buffer.alloc(BYTES * grown(this.size));
      this.#bytes.copy(longer);
      this.#bytes = longer;
      this.#hashes = wordsOf(this.#bytes);
    }
    if (HASHED.test(key)) {
      this.#hashes.set(this.#asked, WORDS * number);
      this.#slots[this.#slotOf()] = number;
      if (3 * this.size > 2 * this.#slots.length) this.#rehash();
    } else {
      this.#others.set(key, number);
      this.#texts.set(number, key);
    }
    return number;
  }

  key(number: number): string {
    const other = this.#texts.size > 0 ? this.#texts.get(number) : undefined;
    if (other !== undefined) return other;
    return `f_${this.#bytes.toString('hex', BYTES * number, BYTES * number + BYTES)}`;
  }

  /** Into `#asked`. False: it is no hash. */
  #parse(key: string): boolean {
    if (key.length !== 34 || key.charCodeAt(0) !== 0x66 || key.charCodeAt(1) !== 0x5f) return false;
    for (let word = 0; word < WORDS; word++) {
      let value = 0;
      for (let byte = 0; byte < 4; byte++) {
        const at = 2 + 8 * word + 2 * byte;
        const bits = (digitOf(key.charCodeAt(at)) << 4) | digitOf(key.charCodeAt(at + 1));
        if (bits < 0) return false;
        value |= bits << (8 * byte);
      }
      this.#asked[word] = value;
    }
    return true;
  }

  /** Where the asked key is, or would be. */
  #slotOf(): number {
    const slots = this.#slots;
    const hashes = this.#hashes;
    const [a, b, c, d] = this.#asked as unknown as [number, number, number, number];
    const mask = slots.length - 1;
    // Only tests give ids whose bits are not random.
    const hash = a ^ Math.imul(b, 0x9e3779b1) ^ Math.imul(c, 0x85ebca6b) ^ Math.imul(d, 0xc2b2ae35);
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const number = slots[slot] as number;
      if (number === NONE) return slot;
      const at = WORDS * number;
      if (hashes[at] === a && hashes[at + 1] === b && hashes[at + 2] === c && hashes[at + 3] === d) return slot;
    }
  }

  #rehash(): void {
    this.#slots = new Uint32Array(2 * this.#slots.length).fill(NONE);
    for (let number = 0; number < this.size; number++) {
      if (this.#texts.has(number)) continue;
      this.#asked.set(this.#hashes.subarray(WORDS * number, WORDS * number + WORDS));
      this.#slots[this.#slotOf()] = number;
    }
  }
}

/** Words are of the machine's order; every machine that Node runs on has the least byte first, or is as right with its own. */
function wordsOf(bytes: Buffer): Uint32Array {
  return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
}

/** Of a lower-case hex digit's character code; -1: it is none. */
function digitOf(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  return code >= 0x61 && code <= 0x66 ? code - 0x57 : -1;
}
