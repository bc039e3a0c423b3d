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

  constructor(wire: Wire) {
    this.#wire = wire;
  }

  clear(): void {
    this.#used = 0;
  }

  /** Checks and notes one KeyValue message up to `end`; false when its value is nested too deeply. */
  add(end: number): boolean {
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
    if (this.#used === this.#places.length) this.#grow();
    const at = this.#used;
    const places = this.#places;
    places[at] = keyStart;
    places[at + 1] = keyEnd;
    places[at + 2] = valueStart;
    places[at + 3] = valueEnd;
    this.#used = at + stride;
    return shallow;
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
