import { mkdirSync, rmSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';

/** Time that one file covers: what is too old goes file by file. */
const SLICE_MS = 10_000;

interface Entry {
  key: string;
  offset: number;
  length: number;
}

interface Slice {
  startMs: number;
  path: string;
  file: FileHandle;
  size: number;
  entries: Entry[];
  written: Promise<unknown>;
}

/**
 * What was dropped lately, on disk, by whom it was about: for a promotion to fetch. It is a convenience, not a promise: a restart
 * empties it, and when it is full the oldest goes first.
 */
export class RingBuffer {
  readonly #folder: string;
  readonly #keptMs: number;
  readonly #maxBytes: number;
  readonly #slices: Slice[] = [];
  #bytes = 0;

  constructor(folder: string, keptSeconds: number, maxBytes: number) {
    this.#folder = folder;
    this.#keptMs = keptSeconds * 1000;
    this.#maxBytes = maxBytes;
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  async put(key: string, message: Buffer, nowMs: number): Promise<void> {
    const slice = await this.#sliceAt(nowMs);
    const entry = { key, offset: slice.size, length: message.length };
    slice.size += message.length;
    this.#bytes += message.length;
    slice.entries.push(entry);
    const written = slice.file.write(message, 0, message.length, entry.offset);
    slice.written = Promise.all([slice.written, written]);
    await written;
    while (this.#bytes > this.#maxBytes && this.#slices.length > 1) await this.#dropOldest();
  }

  /** Messages about any of the keys, oldest first; each is handed out once. */
  async take(keys: ReadonlySet<string>, nowMs: number): Promise<Buffer[]> {
    const messages: Buffer[] = [];
    for (const slice of this.#slices) {
      if (slice.startMs + SLICE_MS < nowMs - this.#keptMs) continue;
      await slice.written;
      for (const { key, offset, length } of slice.entries) {
        if (!keys.has(key)) continue;
        const message = Buffer.alloc(length);
        await slice.file.read(message, 0, length, offset);
        messages.push(message);
      }
      slice.entries = slice.entries.filter(({ key }) => !keys.has(key));
    }
    return messages;
  }

  async close(): Promise<void> {
    while (this.#slices.length > 0) await this.#dropOldest();
  }

  async #sliceAt(nowMs: number): Promise<Slice> {
    const startMs = Math.floor(nowMs / SLICE_MS) * SLICE_MS;
    const last = this.#slices.at(-1);
    if (last && last.startMs >= startMs) return last;
    const path = join(this.#folder, `${startMs}.ring`);
    const file = await open(path, 'w+', 0o600);
    // Somebody else may have opened it meanwhile.
    const other = this.#slices.at(-1);
    if (other && other.startMs >= startMs) {
      await file.close();
      return other;
    }
    const slice: Slice = { startMs, path, file, size: 0, entries: [], written: Promise.resolve() };
    this.#slices.push(slice);
    while ((this.#slices[0]?.startMs ?? startMs) + SLICE_MS < startMs - this.#keptMs) await this.#dropOldest();
    return slice;
  }

  async #dropOldest(): Promise<void> {
    const slice = this.#slices.shift();
    if (!slice) return;
    this.#bytes -= slice.size;
    await slice.written;
    await slice.file.close();
    rmSync(slice.path, { force: true });
  }
}
