import { TAG } from './tag.ts';

/** `long` and `hex` of one row that are looked at for repeats. */
const MAX_RECENT = 8;
const SMALL_INTEGERS = 32;
const FIRST_SHAPES = 64;
const FIRST_WORDS = 128;

type Value = null | boolean | number | string | readonly Value[] | object;

const MAX_INTEGER = 2 ** 28;
const MAX_LONG = 2 ** 48;
const HEX = /^(?:[0-9a-f]{2})+$/;
const LONGEST_WORD = 200;
/** Bounds what texts that never come again may take. */
const MAX_WORDS = 65_536;
const SIGHTINGS = 65_536;

/** The keys of an object, in their order: a node of a tree, found by following the keys. */
interface Shape {
  id: number;
  keys: readonly string[];
  next: Map<string, Shape>;
  /** The last one taken: most objects of a kind have the same keys. */
  lastKey: string | null;
  last: Shape | null;
}

/** What rows name by number: JSON, each list in the order of the numbers. */
export interface Dictionary {
  words: string[];
  shapes: (readonly string[])[];
  shared: object[];
}

/** How much of each list. */
export type DictionaryMark = Record<keyof Dictionary, number>;

/**
 * Writes JSON values as bytes, and reads them again with all keys in their order. A million findings say few different things:
 * texts that come again, the keys of objects, and objects that are known to be shared are written as numbers. Rows are read only by
 * the packer that wrote them, or by one that learned its dictionary. They are stored: whoever changes how they are written raises
 * `SCHEMA_VERSION`. Values that JSON does not have are kept when they are numbers; what is undefined is left out.
 */
export class Packer {
  /** What the last `pack` wrote, from 0 on; good until the next one. */
  bytes = Buffer.allocUnsafeSlow(4096);
  #at = 0;
  #key = '';
  readonly #longs: number[] = [];
  readonly #hexes: string[] = [];
  readonly #words: string[] = [];
  readonly #wordIds = new Map<string, number>();
  /** A text becomes a word when it is met again: where it may have been met, by a hash of it. */
  readonly #sighted = new Uint8Array(SIGHTINGS);
  readonly #shapes: Shape[] = [];
  readonly #root: Shape;
  readonly #shared: object[] = [];
  readonly #sharedIds = new Map<object, number>();

  constructor() {
    this.#root = this.#newShape([]);
  }

  get mark(): DictionaryMark {
    return { words: this.#words.length, shapes: this.#shapes.length, shared: this.#shared.length };
  }

  /** What the dictionary gained since the mark; absent: all of it. */
  dictionary(since: DictionaryMark = { words: 0, shapes: 1, shared: 0 }): Dictionary {
    return {
      words: this.#words.slice(since.words),
      shapes: this.#shapes.slice(since.shapes).map(({ keys }) => keys),
      shared: this.#shared.slice(since.shared),
    };
  }

  /** Takes over what another gained, from its beginning on and in its order, before anything is packed. */
  learn({ words, shapes, shared }: Dictionary): void {
    for (const word of words) this.#wordIds.set(word, this.#words.push(word) - 1);
    for (const keys of shapes) {
      let parent = this.#root;
      for (const key of keys.slice(0, -1)) parent = parent.next.get(key) as Shape;
      parent.next.set(keys.at(-1) as string, this.#newShape(keys));
    }
    for (const value of shared) this.share(value);
  }

  /** By which a shared object is known; undefined: it is not shared. */
  sharedNumber(value: object): number | undefined {
    return this.#sharedIds.get(value);
  }

  shared(number: number): object | undefined {
    return this.#shared[number];
  }

  /** From now on this very object is written as a number, and read as itself. It must never change. */
  share(value: object): void {
    if (this.#sharedIds.has(value)) return;
    this.#sharedIds.set(value, this.#shared.length);
    this.#shared.push(value);
  }

  /** Writes into `bytes`; answers how many. `key` is what many of the value's texts begin with. */
  pack(value: object, key: string): number {
    this.#begin(0, key);
    this.#write(value as Value);
    return this.#at;
  }

  unpack(bytes: Buffer, at: number, key: string): unknown {
    this.#begin(at, key);
    return this.#read(bytes);
  }

  #begin(at: number, key: string): void {
    this.#at = at;
    this.#key = key;
    this.#longs.length = 0;
    this.#hexes.length = 0;
  }

  #write(value: Value): void {
    switch (typeof value) {
      case 'string':
        this.#writeText(value);
        break;
      case 'number':
        this.#writeNumber(value);
        break;
      case 'boolean':
        this.#byte(value ? TAG.true : TAG.false);
        break;
      default:
        if (value === null) this.#byte(TAG.null);
        else if (Array.isArray(value)) this.#writeArray(value);
        else this.#writeObject(value as Record<string, Value | undefined>);
    }
  }

  #writeArray(values: readonly Value[]): void {
    if (values.length === 0) {
      this.#byte(TAG.emptyArray);
      return;
    }
    this.#byte(TAG.array);
    this.#varint(values.length);
    for (const value of values) this.#write(value);
  }

  #writeObject(value: Record<string, Value | undefined>): void {
    const shared = this.#sharedIds.get(value);
    if (shared !== undefined) {
      this.#byte(TAG.shared);
      this.#varint(shared);
      return;
    }
    let shape = this.#root;
    for (const key in value) {
      if (value[key] === undefined) continue;
      shape = shape.lastKey === key ? (shape.last as Shape) : this.#shapeAfter(shape, key);
    }
    this.#tagged(TAG.firstShape, FIRST_SHAPES, TAG.object, shape.id);
    for (const key in value) {
      const one = value[key];
      if (one !== undefined) this.#write(one);
    }
  }

  #writeNumber(value: number): void {
    const isWhole = value >= 0 && value < MAX_LONG && Number.isInteger(value) && !Object.is(value, -0);
    if (isWhole && value < MAX_INTEGER) this.#tagged(TAG.smallInteger, SMALL_INTEGERS, TAG.integer, value);
    else if (isWhole) this.#writeLong(value);
    else {
      this.#room(9);
      this.bytes[this.#at++] = TAG.float;
      this.#at = this.bytes.writeDoubleLE(value, this.#at);
    }
  }

  #writeLong(value: number): void {
    const again = this.#longs.indexOf(value);
    if (again >= 0) {
      this.#byte(TAG.sameLong + again);
      return;
    }
    this.#room(7);
    this.bytes[this.#at++] = TAG.long;
    this.#at = this.bytes.writeUIntLE(value, this.#at, 6);
    if (this.#longs.length < MAX_RECENT) this.#longs.push(value);
  }

  #writeText(text: string): void {
    const { length } = text;
    if (length >= 16 && length % 2 === 0 && length <= 64 && HEX.test(text)) {
      this.#writeHex(text);
      return;
    }
    if (this.#key !== '' && length >= this.#key.length && text.startsWith(this.#key)) {
      this.#byte(TAG.key);
      this.#writeText(text.slice(this.#key.length));
      return;
    }
    if (length > 0 && length <= LONGEST_WORD) {
      const word = this.#wordIds.get(text) ?? this.#newWord(text);
      if (word !== undefined) {
        this.#tagged(TAG.firstWord, FIRST_WORDS, TAG.word, word);
        return;
      }
    }
    // No character takes more than three bytes.
    this.#room(6 + 3 * length);
    const tagAt = this.#at++;
    const bytes = Buffer.byteLength(text);
    this.#varint(bytes);
    this.bytes[tagAt] = bytes === length ? TAG.ascii : TAG.utf8;
    if (bytes === length) this.bytes.write(text, this.#at, 'latin1');
    else this.bytes.write(text, this.#at, 'utf8');
    this.#at += bytes;
  }

  #writeHex(text: string): void {
    const again = this.#hexes.indexOf(text);
    if (again >= 0) {
      this.#byte(TAG.sameHex + again);
      return;
    }
    const { length } = text;
    this.#room(2 + length / 2);
    this.bytes[this.#at++] = TAG.hex;
    this.bytes[this.#at++] = length / 2;
    this.bytes.write(text, this.#at, 'hex');
    this.#at += length / 2;
    if (this.#hexes.length < MAX_RECENT) this.#hexes.push(text);
  }

  #newWord(text: string): number | undefined {
    let hash = text.length;
    const step = 1 + (text.length >> 4);
    for (let at = text.length - 1; at >= 0; at -= step) hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0;
    const place = (hash ^ (hash >>> 16)) & (SIGHTINGS - 1);
    if (this.#sighted[place] === 0 || this.#words.length >= MAX_WORDS) {
      this.#sighted[place] = 1;
      return undefined;
    }
    this.#wordIds.set(text, this.#words.length);
    return this.#words.push(text) - 1;
  }

  #shapeAfter(shape: Shape, key: string): Shape {
    const next = shape.next.get(key) ?? this.#newShape([...shape.keys, key]);
    shape.next.set(key, next);
    shape.lastKey = key;
    shape.last = next;
    return next;
  }

  #newShape(keys: readonly string[]): Shape {
    const shape: Shape = { id: this.#shapes.length, keys, next: new Map(), lastKey: null, last: null };
    this.#shapes.push(shape);
    return shape;
  }

  #read(bytes: Buffer): unknown {
    const tag = bytes[this.#at++] as number;
    if (tag >= TAG.firstWord) return this.#words[tag - TAG.firstWord];
    if (tag >= TAG.firstShape) return this.#readObject(bytes, tag - TAG.firstShape);
    if (tag >= TAG.smallInteger) return tag - TAG.smallInteger;
    if (tag >= TAG.sameHex) return this.#hexes[tag - TAG.sameHex];
    if (tag >= TAG.sameLong) return this.#longs[tag - TAG.sameLong];
    switch (tag) {
      case TAG.null:
        return null;
      case TAG.false:
        return false;
      case TAG.true:
        return true;
      case TAG.float:
        this.#at += 8;
        return bytes.readDoubleLE(this.#at - 8);
      case TAG.integer:
        return this.#readVarint(bytes);
      case TAG.long: {
        this.#at += 6;
        const value = bytes.readUIntLE(this.#at - 6, 6);
        if (this.#longs.length < MAX_RECENT) this.#longs.push(value);
        return value;
      }
      case TAG.ascii: {
        const start = this.#advance(bytes);
        return bytes.toString('latin1', start, this.#at);
      }
      case TAG.utf8: {
        const start = this.#advance(bytes);
        return bytes.toString('utf8', start, this.#at);
      }
      case TAG.hex: {
        const start = this.#at + 1;
        this.#at = start + (bytes[this.#at] as number);
        const text = bytes.toString('hex', start, this.#at);
        if (this.#hexes.length < MAX_RECENT) this.#hexes.push(text);
        return text;
      }
      case TAG.key:
        return this.#key + (this.#read(bytes) as string);
      case TAG.word:
        return this.#words[this.#readVarint(bytes)];
      case TAG.emptyArray:
        return [];
      case TAG.array: {
        const length = this.#readVarint(bytes);
        const values: unknown[] = [];
        for (let i = 0; i < length; i++) values.push(this.#read(bytes));
        return values;
      }
      case TAG.object:
        return this.#readObject(bytes, this.#readVarint(bytes));
      case TAG.shared:
        return this.#shared[this.#readVarint(bytes)];
      default:
        throw new Error(`packed row of ${this.#key}: no such tag as ${tag} at ${this.#at - 1}`);
    }
  }

  #readObject(bytes: Buffer, shape: number): object {
    const { keys } = this.#shapes[shape] as Shape;
    const value: Record<string, unknown> = {};
    for (let i = 0; i < keys.length; i++) value[keys[i] as string] = this.#read(bytes);
    return value;
  }

  /** Over as many bytes as the varint here says; answers where they begin. */
  #advance(bytes: Buffer): number {
    const length = this.#readVarint(bytes);
    this.#at += length;
    return this.#at - length;
  }

  #readVarint(bytes: Buffer): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[this.#at++] as number;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  }

  /** In the tag where it fits, else behind it. */
  #tagged(first: number, count: number, tag: number, value: number): void {
    if (value < count) this.#byte(first + value);
    else {
      this.#byte(tag);
      this.#varint(value);
    }
  }

  #varint(value: number): void {
    this.#room(5);
    let rest = value;
    while (rest > 0x7f) {
      this.bytes[this.#at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.bytes[this.#at++] = rest;
  }

  #byte(value: number): void {
    this.#room(1);
    this.bytes[this.#at++] = value;
  }

  #room(count: number): void {
    if (this.#at + count <= this.bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(2 * (this.#at + count));
    this.bytes.copy(larger, 0, 0, this.#at);
    this.bytes = larger;
  }
}
