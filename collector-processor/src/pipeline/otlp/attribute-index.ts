import type { Json } from '@cnapp-slo/model';
import { checkValue, setOwn, valueAt } from './any-value.ts';
import type { Attributes } from './record-view.ts';
import { fieldSet, type Wire } from './wire.ts';

const pairFields = fieldSet(1, 2);
/** Per attribute: where its key and its value begin and end. */
const stride = 4;

/** Where the attributes of the current record are. Filled anew for each record, so that no object is made for them. */
export class AttributeIndex {
  readonly #wire: Wire;
  #places = new Int32Array(32 * stride);
  #used = 0;
  /** A bit for each key's length and first byte: says at once of most keys that they are absent. */
  #heads = 0;

  constructor(wire: Wire) {
    this.#wire = wire;
  }

  clear(): void {
    this.#used = 0;
    this.#heads = 0;
  }

  /** Checks and notes one KeyValue message up to `end`; false when its value is nested too deeply. */
  add(end: number): boolean {
    return this.#addText(end) || this.#addAny(end);
  }

  /** Nearly all are a key and a text, each under 128 bytes, in this order: four bytes tell, without a loop. */
  #addText(end: number): boolean {
    const wire = this.#wire;
    const { bytes, pos } = wire;
    const keyStart = pos + 2;
    if (keyStart > end || bytes[pos] !== 0x0a) return false;
    const keyLength = bytes[pos + 1] as number;
    const value = keyStart + keyLength;
    if (keyLength >= 0x80 || value + 4 > end || bytes[value] !== 0x12 || bytes[value + 2] !== 0x0a) return false;
    const length = bytes[value + 1] as number;
    if (length >= 0x80 || value + 2 + length !== end || (bytes[value + 3] as number) + 2 !== length) return false;
    wire.pos = end;
    this.#note(keyStart, value, value + 2, end);
    return true;
  }

  #addAny(end: number): boolean {
    const wire = this.#wire;
    let shallow = true;
    let keyStart = 0;
    let keyEnd = 0;
    let valueStart = 0;
    let valueEnd = 0;
    while (wire.pos < end) {
      const tag = wire.tag(end);
      if (tag === 0x0a) {
        keyEnd = wire.lengthEnd(end);
        keyStart = wire.pos;
        wire.pos = keyEnd;
      } else if (tag === 0x12) {
        valueEnd = wire.lengthEnd(end);
        valueStart = wire.pos;
        shallow = checkValue(wire, valueEnd) && shallow;
      } else wire.skip(tag, end, pairFields);
    }
    this.#note(keyStart, keyEnd, valueStart, valueEnd);
    return shallow;
  }

  #note(keyStart: number, keyEnd: number, valueStart: number, valueEnd: number): void {
    if (this.#used === this.#places.length) this.#grow();
    const at = this.#used;
    const places = this.#places;
    places[at] = keyStart;
    places[at + 1] = keyEnd;
    places[at + 2] = valueStart;
    places[at + 3] = valueEnd;
    this.#used = at + stride;
    this.#heads |= 1 << headOf(keyEnd - keyStart, this.#wire.bytes[keyStart] as number);
  }

  toRecord(): Attributes {
    const record: Record<string, Json> = {};
    const places = this.#places;
    for (let at = 0; at < this.#used; at += stride) {
      const key = this.#wire.text(places[at] as number, places[at + 1] as number);
      setOwn(record, key, this.#value(at));
    }
    return record;
  }

  get(name: string): Json | undefined {
    if ((this.#heads & (1 << headOf(name.length, name.charCodeAt(0)))) === 0 && isAscii(name)) return undefined;
    for (let at = this.#used - stride; at >= 0; at -= stride) {
      if (this.#keyIs(at, name)) return this.#value(at);
    }
    return undefined;
  }

  #value(at: number): Json {
    return valueAt(this.#wire, this.#places[at + 2] as number, this.#places[at + 3] as number);
  }

  #keyIs(at: number, name: string): boolean {
    const start = this.#places[at] as number;
    const end = this.#places[at + 1] as number;
    if (end - start < name.length) return false;
    const bytes = this.#wire.bytes;
    for (let i = 0; i < name.length; i++) {
      const code = name.charCodeAt(i);
      if (code >= 0x80) return this.#wire.text(start, end) === name;
      if (bytes[start + i] !== code) return false;
    }
    return end - start === name.length;
  }

  #grow(): void {
    const places = new Int32Array(this.#places.length * 2);
    places.set(this.#places);
    this.#places = places;
  }
}

/** 0 to 31. */
function headOf(length: number, firstByte: number): number {
  return length === 0 ? 0 : (length ^ firstByte) & 31;
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) >= 0x80) return false;
  return true;
}
