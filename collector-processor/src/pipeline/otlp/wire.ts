/**
 * Protobuf wire format with every bound checked. Source: protobuf.dev/programming-guides/encoding.
 * Stricter than the specification where OTLP never uses the freedom: groups, tags and lengths of more than five
 * bytes, and a known field with another wire type are refused.
 */

/** Thrown inside the readers only; `decoding` turns it into a value. */
export class Undecodable extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** A bit for each field number, for `Wire.skip`. */
export function fieldSet(...fields: number[]): number {
  return fields.reduce((bits, field) => bits | (1 << field), 0);
}

/** A position in a payload. Reads move `pos` and never pass `end`, the end of the message they read from. */
export class Wire {
  readonly bytes: Buffer;
  pos = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  fail(code: string, what: string, at = this.pos): never {
    throw new Undecodable(`otlp.${code}`, `${what} at byte ${at}`);
  }

  /** Field number and wire type as one number: `field << 3 | type`. */
  tag(end: number): number {
    const start = this.pos;
    const tag = this.uint32(end);
    if (tag >>> 3 === 0) this.fail('field_number', 'field number 0', start);
    return tag;
  }

  /** The length of a length-delimited field; returns where the field ends. */
  lengthEnd(end: number): number {
    const start = this.pos;
    const stop = this.uint32(end) + this.pos;
    if (stop > end) this.fail('truncated', `a length reaches ${stop - end} bytes beyond its message`, start);
    return stop;
  }

  /** A varint of at most five bytes and 32 bits. */
  uint32(end: number): number {
    const at = this.pos;
    const byte = this.bytes[at] as number;
    if (byte < 0x80 && at < end) {
      this.pos = at + 1;
      return byte; // nearly all tags and lengths are this short
    }
    return this.#longUint32(end);
  }

  #longUint32(end: number): number {
    const bytes = this.bytes;
    let at = this.pos;
    let result = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      if (at >= end) this.fail('truncated', 'the message ends inside a number', at);
      const byte = bytes[at++] as number;
      if (byte < 0x80) {
        if (shift === 28 && byte > 0x0f) break;
        this.pos = at;
        return (result | (byte << shift)) >>> 0;
      }
      result |= (byte & 0x7f) << shift;
    }
    return this.fail('varint', 'a number is longer than 32 bits');
  }

  /** Moves past a varint of up to ten bytes and returns its low 32 bits, signed (enums, booleans, int32). */
  int32(end: number): number {
    const bytes = this.bytes;
    let at = this.pos;
    let result = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (at >= end) this.fail('truncated', 'the message ends inside a number', at);
      const byte = bytes[at++] as number;
      if (shift < 32) result |= (byte & 0x7f) << shift;
      if (byte < 0x80) {
        this.pos = at;
        return result;
      }
    }
    return this.fail('varint', 'a number is longer than 64 bits');
  }

  /** A 64-bit signed varint. */
  int64(end: number): bigint {
    const start = this.pos;
    this.int32(end);
    let result = 0n;
    for (let at = this.pos - 1; at >= start; at--) result = (result << 7n) | BigInt((this.bytes[at] as number) & 0x7f);
    return BigInt.asIntN(64, result);
  }

  /** Moves past `count` bytes and returns where they began. */
  take(count: number, end: number): number {
    const start = this.pos;
    if (start + count > end) this.fail('truncated', `the message ends inside a field of ${count} bytes`, start);
    this.pos = start + count;
    return start;
  }

  /**
   * A fixed64 of nanoseconds since the epoch as whole milliseconds, exact over the whole unsigned range (up to the
   * year 2554): 2^32 ns are 4294 ms and 967296 ns. 0 means "not set" and becomes undefined.
   */
  timeMs(end: number): number | undefined {
    return this.timeMsAt(this.take(8, end));
  }

  /** The same at a place whose bounds have been checked. */
  timeMsAt(at: number): number | undefined {
    const low = this.#fixed32(at);
    const high = this.#fixed32(at + 4);
    if (low === 0 && high === 0) return undefined;
    return high * 4294 + Math.floor((high * 967296 + low) / 1e6);
  }

  /** Buffer's own method checks its bounds once more, which shows. */
  #fixed32(at: number): number {
    const bytes = this.bytes;
    const low = (bytes[at] as number) | ((bytes[at + 1] as number) << 8) | ((bytes[at + 2] as number) << 16);
    return low + (bytes[at + 3] as number) * 0x1000000;
  }

  double(end: number): number {
    return this.bytes.readDoubleLE(this.take(8, end));
  }

  text(start: number, end: number): string {
    return start === end ? '' : this.bytes.toString('utf8', start, end);
  }

  /** Moves past a field that the caller does not know. `known` has a bit set for every field (below 32) that it does. */
  skip(tag: number, end: number, known: number): void {
    const field = tag >>> 3;
    if (field < 32 && (known >>> field) & 1) this.fail('wire_type', `field ${field} has wire type ${tag & 7}`);
    switch (tag & 7) {
      case 0:
        this.int32(end);
        break;
      case 1:
        this.take(8, end);
        break;
      case 2:
        this.pos = this.lengthEnd(end);
        break;
      case 5:
        this.take(4, end);
        break;
      default:
        this.fail('wire_type', `field ${field} has wire type ${tag & 7}`);
    }
  }
}
