import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { EstateTable, StatePieces } from '@cnapp-slo/model';

/** The rows of one transaction, as many as this together: keys and lengths as a line of JSON, then the rows' bytes. */
const CHUNK_ROWS = 1000;
/** What is superseded stays until there is twice as much of it as of what is in force; then the emptiest chunks are written anew. */
const MAX_ROWS_PER_KEY = 3;
/** By default it comes in pieces of 16 KiB, a hundred a chunk, which leave the allocator with holes that it cannot give back. */
const DECOMPRESSION = { chunkSize: 1 << 20 };
const COMPRESSION = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/** What the log asks of its database. */
export interface ChunkRows {
  insert(table: EstateTable, body: Uint8Array): number;
  body(id: number): Uint8Array;
  remove(id: number): void;
  /** Latest first. */
  ids(table: EstateTable): number[];
}

interface Chunk {
  rows: number;
  /** Rows that no later chunk supersedes. */
  inForce: number;
}

interface Index {
  /** The chunk that has the latest state. */
  chunkOf: StatePieces;
  chunks: Map<number, Chunk>;
  rows: number;
  /** It has what a transaction noted that is no more: to be read again before it is used. */
  isStale: boolean;
}

/**
 * Read models as a log of compressed chunks: states that change with almost every fact are appended together, where a table
 * would have each of them rewrite a page of its own. All writes happen in the caller's transaction.
 */
export class StateLog {
  readonly #rows: ChunkRows;
  readonly #indexes = new Map<EstateTable, Index>();
  /** In the transaction under way. */
  readonly #saved = new Set<EstateTable>();

  constructor(rows: ChunkRows) {
    this.#rows = rows;
  }

  save(table: EstateTable, states: Iterable<readonly [key: string, state: Uint8Array]>): void {
    const index = this.#index(table);
    this.#saved.add(table);
    this.#append(table, index, states);
    if (index.rows > MAX_ROWS_PER_KEY * index.chunkOf.size + CHUNK_ROWS)
      this.#append(table, index, this.#salvaged(index));
  }

  /** The latest state of each key. */
  *load(
    table: EstateTable,
    chunkOf: StatePieces = new Map<string, number>(),
  ): Generator<[key: string, state: Uint8Array]> {
    const index: Index = { chunkOf, chunks: new Map(), rows: 0, isStale: false };
    for (const id of this.#rows.ids(table)) {
      const { keys, states } = this.#read(id);
      const chunk: Chunk = { rows: keys.length, inForce: 0 };
      index.chunks.set(id, chunk);
      index.rows += keys.length;
      for (const [at, key] of keys.entries()) {
        if (chunkOf.get(key) !== undefined) continue;
        yield [key, states[at] as Uint8Array];
        chunkOf.set(key, id);
        chunk.inForce += 1;
      }
    }
    this.#indexes.set(table, index);
  }

  committed(): void {
    this.#saved.clear();
  }

  /** What was noted of a transaction that is no more is read again. */
  rolledBack(): void {
    for (const table of this.#saved) (this.#indexes.get(table) as Index).isStale = true;
    this.#saved.clear();
  }

  #index(table: EstateTable): Index {
    const known = this.#indexes.get(table);
    if (known && !known.isStale) return known;
    known?.chunkOf.clear();
    for (const _ of this.load(table, known?.chunkOf));
    return this.#indexes.get(table) as Index;
  }

  #append(table: EstateTable, index: Index, states: Iterable<readonly [key: string, state: Uint8Array]>): void {
    let keys: string[] = [];
    let rows: Uint8Array[] = [];
    const flush = (): void => {
      const id = this.#rows.insert(table, chunkOf(keys, rows));
      index.chunks.set(id, { rows: keys.length, inForce: keys.length });
      index.rows += keys.length;
      for (const key of keys) {
        this.#supersede(index, key);
        index.chunkOf.set(key, id);
      }
      keys = [];
      rows = [];
    };
    for (const [key, state] of states) {
      keys.push(key);
      rows.push(state);
      if (keys.length === CHUNK_ROWS) flush();
    }
    if (keys.length > 0) flush();
  }

  #supersede({ chunkOf, chunks }: Index, key: string): void {
    const chunk = chunks.get(chunkOf.get(key) ?? -1);
    if (chunk) chunk.inForce -= 1;
  }

  /** What is in force of the emptiest chunks, which go: enough of them that less than half of the superseded rows are left. */
  *#salvaged(index: Index): Generator<readonly [key: string, state: Uint8Array]> {
    const emptiest = [...index.chunks].sort(([, a], [, b]) => a.inForce / a.rows - b.inForce / b.rows);
    const target = ((MAX_ROWS_PER_KEY + 1) / 2) * index.chunkOf.size;
    for (const [id, chunk] of emptiest) {
      if (index.rows <= target) return;
      const { keys, states } = chunk.inForce > 0 ? this.#read(id) : { keys: [], states: [] };
      const inForce = keys.flatMap((key, at) =>
        index.chunkOf.get(key) === id ? [[key, states[at] as Uint8Array] as const] : [],
      );
      this.#rows.remove(id);
      index.chunks.delete(id);
      index.rows -= chunk.rows;
      yield* inForce;
    }
  }

  #read(id: number): { keys: string[]; states: Uint8Array[] } {
    const bytes = zstdDecompressSync(this.#rows.body(id), DECOMPRESSION);
    let at = bytes.indexOf('\n') + 1;
    const [keys, lengths] = JSON.parse(bytes.toString('utf8', 0, at)) as [string[], number[]];
    const states = lengths.map((length) => {
      at += length;
      return bytes.subarray(at - length, at);
    });
    return { keys, states };
  }
}

function chunkOf(keys: readonly string[], rows: readonly Uint8Array[]): Uint8Array {
  const head = Buffer.from(`${JSON.stringify([keys, rows.map(({ length }) => length)])}\n`);
  return zstdCompressSync(Buffer.concat([head, ...rows]), COMPRESSION);
}
