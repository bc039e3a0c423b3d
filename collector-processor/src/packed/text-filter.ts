const EMPTY = 0;

/**
 * A set of texts of which only a hash is kept, 8 bytes or so each. What was added is always found. Of two thousand million that were not
 * added, one is found by mistake for each that was: it tells what need not be looked for.
 */
export class TextFilter {
  #size = 0;
  /** Open addressing: hashes, or EMPTY. */
  #slots = new Uint32Array(1024);

  add(text: string): void {
    const hash = hashOf(text);
    const slot = this.#slotOf(hash);
    if (this.#slots[slot] !== EMPTY) return;
    this.#slots[slot] = hash;
    this.#size += 1;
    if (3 * this.#size > 2 * this.#slots.length) this.#rehash();
  }

  has(text: string): boolean {
    return this.#slots[this.#slotOf(hashOf(text))] !== EMPTY;
  }

  #slotOf(hash: number): number {
    const mask = this.#slots.length - 1;
    let slot = (hash >>> 1) & mask;
    while (this.#slots[slot] !== EMPTY && this.#slots[slot] !== hash) slot = (slot + 1) & mask;
    return slot;
  }

  #rehash(): void {
    const hashes = this.#slots;
    this.#slots = new Uint32Array(2 * hashes.length);
    for (const hash of hashes) if (hash !== EMPTY) this.#slots[this.#slotOf(hash)] = hash;
  }
}

/** FNV-1a over the text's UTF-16 units, and the end of MurmurHash3, which spreads it; odd, and so never EMPTY. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) | 1) >>> 0;
}
