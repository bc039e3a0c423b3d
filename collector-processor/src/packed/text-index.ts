import { NumberList } from './number-list.ts';
import { hashOf } from './text-filter.ts';

const SEGMENT = 1 << 20;
/** Before each text: its length in UTF-16 units, and whether each takes two bytes. */
const HEADER = 5;
const NONE = 0xffffffff;

/** Numbers texts in the order in which they come: 0, 1, 2 … A text costs its length and some twenty bytes, outside of V8's heap. */
export class TextIndex {
  readonly #segments: Buffer[] = [];
  #end = SEGMENT;
  readonly #segmentOf = new NumberList(new Uint32Array(0));
  readonly #offsetOf = new NumberList(new Uint32Array(0));
  readonly #hashOf = new NumberList(new Uint32Array(0));
  /** Open addressing: number of the text, or NONE. */
  #slots = new Uint32Array(1024).fill(NONE);

  get size(): number {
    return this.#hashOf.length;
  }

  /** -1: not known. */
  of(text: string): number {
    const number = this.#slots[this.#slotOf(text, hashOf(text))] as number;
    return number === NONE ? -1 : number;
  }

  /** The text's number, a new one where it is not known. */
  add(text: string): number {
    const hash = hashOf(text);
    const slot = this.#slotOf(text, hash);
    const known = this.#slots[slot] as number;
    if (known !== NONE) return known;
    const number = this.size;
    this.#slots[slot] = number;
    this.#hashOf.push(hash);
    this.#write(text);
    if (3 * this.size > 2 * this.#slots.length) this.#rehash();
    return number;
  }

  text(number: number): string {
    const { segment, at, length, isWide } = this.#placeOf(number);
    return isWide ? segment.toString('utf16le', at, at + 2 * length) : segment.toString('latin1', at, at + length);
  }

  #write(text: string): void {
    const isWide = /[^\0-\xff]/.test(text);
    const room = HEADER + (isWide ? 2 : 1) * text.length;
    if (this.#end + room > (this.#segments.at(-1)?.length ?? 0)) {
      this.#segments.push(Buffer.alloc(Math.max(SEGMENT, room)));
      this.#end = 0;
    }
    const segment = this.#segments.at(-1) as Buffer;
    this.#segmentOf.push(this.#segments.length - 1);
    this.#offsetOf.push(this.#end);
    segment.writeUInt32LE(text.length, this.#end);
    segment[this.#end + HEADER - 1] = isWide ? 1 : 0;
    segment.write(text, this.#end + HEADER, isWide ? 'utf16le' : 'latin1');
    this.#end += room;
  }

  #placeOf(number: number): { segment: Buffer; at: number; length: number; isWide: boolean } {
    const segment = this.#segments[this.#segmentOf.at(number)] as Buffer;
    const at = this.#offsetOf.at(number) + HEADER;
    return { segment, at, length: segment.readUInt32LE(at - HEADER), isWide: segment[at - 1] === 1 };
  }

  /** Where the text is, or would be. */
  #slotOf(text: string, hash: number): number {
    const mask = this.#slots.length - 1;
    for (let slot = (hash >>> 1) & mask; ; slot = (slot + 1) & mask) {
      const number = this.#slots[slot] as number;
      if (number === NONE || (this.#hashOf.at(number) === hash && this.#is(number, text))) return slot;
    }
  }

  #is(number: number, text: string): boolean {
    const { segment, at, length, isWide } = this.#placeOf(number);
    if (length !== text.length) return false;
    if (isWide) return this.text(number) === text;
    for (let i = 0; i < length; i++) if (segment[at + i] !== text.charCodeAt(i)) return false;
    return true;
  }

  #rehash(): void {
    this.#slots = new Uint32Array(2 * this.#slots.length).fill(NONE);
    const mask = this.#slots.length - 1;
    for (let number = 0; number < this.size; number++) {
      let slot = (this.#hashOf.at(number) >>> 1) & mask;
      while (this.#slots[slot] !== NONE) slot = (slot + 1) & mask;
      this.#slots[slot] = number;
    }
  }
}
