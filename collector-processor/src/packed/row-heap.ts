const OFFSET_BITS = 20;
const SEGMENT = 1 << OFFSET_BITS;
const OFFSET = SEGMENT - 1;
/** What nothing points to any more may be half as much as what is kept, and this much besides. */
const MIN_GARBAGE = 4 * SEGMENT;

/** Rows of bytes outside of V8's heap, numbered by who owns them. */
export class RowHeap {
  /** 4096 at most; a row begins within the first MiB of its segment. */
  readonly segments: Buffer[] = [];
  /** Segment, and offset in it. */
  #placeOf = new Uint32Array(1024);
  /** Room that the row has; 0: none. */
  #roomOf = new Uint32Array(1024);
  /** Segments without a row, to be used again. */
  #free: number[] = [];
  #garbage: number[] = [];
  #current = -1;
  #end = SEGMENT;
  #kept = 0;
  #wasted = 0;

  /** The bytes of the row begin at `offset` of `segment`. */
  segment(row: number): Buffer {
    return this.segments[this.#segmentOf(row)] as Buffer;
  }

  offset(row: number): number {
    return (this.#placeOf[row] as number) & OFFSET;
  }

  #segmentOf(row: number): number {
    return (this.#placeOf[row] as number) >>> OFFSET_BITS;
  }

  /** A view of the row's bytes, with what may be left behind them of a longer row that it was. */
  bytes(row: number): Buffer {
    const offset = this.offset(row);
    return this.segment(row).subarray(offset, offset + (this.#roomOf[row] as number));
  }

  /** Puts the first `length` bytes in place of what the row was. */
  put(row: number, { bytes }: { bytes: Buffer }, length: number): void {
    if (row >= this.#roomOf.length) this.#grow(row);
    const room = this.#roomOf[row] as number;
    if (length > room) {
      if (room > 0) this.#waste(row);
      this.#place(row, length);
      this.#kept += length;
    }
    bytes.copy(this.segment(row), this.offset(row), 0, length);
    if (this.#wasted > MIN_GARBAGE + this.#kept / 2) this.#compact();
  }

  #waste(row: number): void {
    const segment = this.#segmentOf(row);
    const room = this.#roomOf[row] as number;
    this.#garbage[segment] = (this.#garbage[segment] as number) + room;
    this.#wasted += room;
    this.#kept -= room;
  }

  #place(row: number, length: number): void {
    if (this.#end + length > (this.segments[this.#current]?.length ?? 0)) {
      this.#current = this.#free.pop() ?? this.segments.length;
      this.segments[this.#current] = Buffer.allocUnsafeSlow(Math.max(SEGMENT, length));
      this.#garbage[this.#current] = 0;
      this.#end = 0;
    }
    this.#placeOf[row] = (this.#current << OFFSET_BITS) | this.#end;
    this.#roomOf[row] = length;
    this.#end += length;
  }

  /** Moves what is kept out of the segments that are mostly waste. */
  #compact(): void {
    const emptied = new Set<number>();
    for (const [segment, { length }] of this.segments.entries())
      if (segment !== this.#current && length > 0 && (this.#garbage[segment] as number) > length / 4)
        emptied.add(segment);
    for (let row = 0; row < this.#roomOf.length; row++) {
      const room = this.#roomOf[row] as number;
      if (room === 0 || !emptied.has(this.#segmentOf(row))) continue;
      const from = this.segment(row);
      const offset = this.offset(row);
      this.#place(row, room);
      from.copy(this.segment(row), this.offset(row), offset, offset + room);
    }
    for (const segment of emptied) {
      this.#wasted -= this.#garbage[segment] as number;
      this.#garbage[segment] = 0;
      this.segments[segment] = Buffer.alloc(0);
      this.#free.push(segment);
    }
  }

  #grow(row: number): void {
    const length = grown(row);
    this.#placeOf = resized(this.#placeOf, length);
    this.#roomOf = resized(this.#roomOf, length);
  }
}

/** Values of a column that is mapped by itself, of four bytes each. */
const MAPPED = 1 << 18;
const SHORTEST = 64;
/** Values that are copied together: a page of memory or less. */
const BLOCK = 512;

export type Column = Uint8Array | Uint32Array | Float64Array;

/**
 * How long a column becomes that has no room for more than `length` values: in few steps as long as the allocator keeps it among small
 * things, where each of its former lengths leaves a hole, and by a quarter from then on.
 */
export function grown(length: number): number {
  if (length >= MAPPED) return Math.ceil(1.25 * length);
  let room = SHORTEST;
  while (room <= length) room *= 4;
  return room;
}

/** A copy with room for `length` values; the new ones are 0. Where there is nothing but zeros no memory is touched, and none taken. */
export function resized<T extends Column>(column: T, length: number): T {
  const larger = new (column.constructor as new (length: number) => T)(length);
  for (let from = 0; from < column.length; from += BLOCK) {
    const block = column.subarray(from, from + BLOCK);
    if (!isZero(block)) larger.set(block, from);
  }
  return larger;
}

function isZero(values: Column): boolean {
  for (let at = 0; at < values.length; at++) if (values[at] !== 0) return false;
  return true;
}
