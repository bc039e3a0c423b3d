import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';

/** A segment that is larger than this is followed by a new one. */
const SEGMENT_BYTES = 16 * 1024 * 1024;
/** Length and CRC-32 of what follows, each 32 bits, little endian. */
const HEAD_BYTES = 8;

interface Waiting {
  frame: Buffer;
  done: (durable: boolean) => void;
}

interface Cursor {
  segment: number;
  offset: number;
}

/**
 * Messages on disk, in order, until they are delivered: `append` resolves when its message would survive a crash, and what was
 * appended together shares one flush. After a crash the last message may be delivered once more, none is lost.
 */
export class DurableQueue {
  readonly #folder: string;
  readonly #maxBytes: number;
  readonly #waiting: Waiting[] = [];
  /** Durable bytes of each segment that is not delivered. */
  readonly #sizes = new Map<number, number>();
  #cursor: Cursor;
  #writer: FileHandle | null = null;
  #reader: { segment: number; file: FileHandle } | null = null;
  #writing: Promise<void> | null = null;
  #waitingBytes = 0;
  #wake: () => void = () => {};

  /** Opens or makes the folder; a torn end, as a crash leaves it, is cut off. Throws where the folder cannot be used. */
  constructor(folder: string, maxBytes: number) {
    this.#folder = folder;
    this.#maxBytes = maxBytes;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const segments = readdirSync(folder)
      .flatMap((name) => (/^\d{12}\.q$/.test(name) ? [Number(name.slice(0, 12))] : []))
      .sort((a, b) => a - b);
    this.#cursor = readCursor(join(folder, 'cursor')) ?? { segment: segments[0] ?? 1, offset: 0 };
    for (const segment of segments) {
      if (segment < this.#cursor.segment) rmSync(this.#path(segment));
      else this.#sizes.set(segment, soundBytes(this.#path(segment)));
    }
    const first = [...this.#sizes.keys()][0];
    if (first !== undefined && first > this.#cursor.segment) this.#cursor = { segment: first, offset: 0 };
  }

  /** Bytes that wait for delivery. */
  get bytes(): number {
    let bytes = this.#waitingBytes - this.#cursor.offset;
    for (const size of this.#sizes.values()) bytes += size;
    return Math.max(0, bytes);
  }

  /** True when the message is durable; false where there is no room, or the disk failed. */
  append(message: Uint8Array): Promise<boolean> {
    if (this.bytes + message.byteLength + HEAD_BYTES > this.#maxBytes) return Promise.resolve(false);
    const frame = Buffer.allocUnsafe(HEAD_BYTES + message.byteLength);
    frame.writeUInt32LE(message.byteLength, 0);
    frame.writeUInt32LE(crc32(message), 4);
    frame.set(message, HEAD_BYTES);
    this.#waitingBytes += frame.length;
    return new Promise((done) => {
      this.#waiting.push({ frame, done });
      this.#writing ??= this.#write();
    });
  }

  /** The oldest message; null: there is none. */
  async peek(): Promise<Buffer | null> {
    await this.#leaveDelivered();
    const { segment, offset } = this.#cursor;
    if (offset >= (this.#sizes.get(segment) ?? 0)) return null;
    const file = await this.#open(segment);
    const head = Buffer.alloc(HEAD_BYTES);
    await file.read(head, 0, HEAD_BYTES, offset);
    const message = Buffer.alloc(head.readUInt32LE(0));
    await file.read(message, 0, message.length, offset + HEAD_BYTES);
    return message;
  }

  /** The oldest message was delivered. */
  pop(message: Buffer): void {
    this.#cursor.offset += HEAD_BYTES + message.length;
    this.#saveCursor();
  }

  /** Resolves when there may be a message, after `timeoutMs` at the latest. */
  async changed(timeoutMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((wake) => {
      this.#wake = wake;
      timer = setTimeout(wake, timeoutMs);
    });
    clearTimeout(timer);
  }

  /** Wakes who waits for a change. */
  wake(): void {
    this.#wake();
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.#closeReader();
    await this.#writer?.close();
    this.#writer = null;
  }

  /** From a segment that was delivered whole to the next one, if there is one. */
  async #leaveDelivered(): Promise<void> {
    for (const [segment, size] of [...this.#sizes]) {
      if (segment === this.#newest || segment !== this.#cursor.segment || this.#cursor.offset < size) return;
      await this.#closeReader();
      this.#sizes.delete(segment);
      this.#cursor = { segment: [...this.#sizes.keys()][0] ?? segment + 1, offset: 0 };
      this.#saveCursor();
      rmSync(this.#path(segment));
    }
  }

  get #newest(): number {
    return [...this.#sizes.keys()].at(-1) ?? this.#cursor.segment;
  }

  /** Everything that waits goes into one write and one flush. */
  async #write(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0);
      const frames = Buffer.concat(batch.map(({ frame }) => frame));
      const isDurable = await this.#store(frames).catch(() => false);
      this.#waitingBytes -= frames.length;
      for (const { done } of batch) done(isDurable);
      this.#wake();
    }
    this.#writing = null;
  }

  async #store(frames: Buffer): Promise<boolean> {
    let segment = this.#newest;
    let size = this.#sizes.get(segment) ?? 0;
    if (size >= SEGMENT_BYTES) {
      await this.#writer?.close();
      this.#writer = null;
      segment += 1;
      size = 0;
    }
    this.#writer ??= await open(this.#path(segment), 'a', 0o600);
    try {
      await this.#writer.writev([frames]);
      await this.#writer.datasync();
    } catch (error) {
      // What was half written must not stand before what comes next.
      await this.#writer.truncate(size);
      throw error;
    }
    this.#sizes.set(segment, size + frames.length);
    return true;
  }

  async #open(segment: number): Promise<FileHandle> {
    if (this.#reader?.segment === segment) return this.#reader.file;
    await this.#closeReader();
    this.#reader = { segment, file: await open(this.#path(segment), 'r') };
    return this.#reader.file;
  }

  async #closeReader(): Promise<void> {
    await this.#reader?.file.close();
    this.#reader = null;
  }

  #saveCursor(): void {
    const path = join(this.#folder, 'cursor');
    writeFileSync(`${path}.new`, JSON.stringify(this.#cursor), { mode: 0o600 });
    renameSync(`${path}.new`, path);
  }

  #path(segment: number): string {
    return join(this.#folder, `${String(segment).padStart(12, '0')}.q`);
  }
}

function readCursor(path: string): Cursor | null {
  try {
    const { segment, offset } = JSON.parse(readFileSync(path, 'utf8')) as Partial<Cursor>;
    return typeof segment === 'number' && typeof offset === 'number' ? { segment, offset } : null;
  } catch {
    return null; // from the beginning: twice is better than not at all
  }
}

/** How far a segment's messages are whole; what follows is cut off. */
function soundBytes(path: string): number {
  const bytes = readFileSync(path);
  let at = 0;
  while (at + HEAD_BYTES <= bytes.length) {
    const end = at + HEAD_BYTES + bytes.readUInt32LE(at);
    if (end > bytes.length || crc32(bytes.subarray(at + HEAD_BYTES, end)) !== bytes.readUInt32LE(at + 4)) break;
    at = end;
  }
  if (at < statSync(path).size) truncateSync(path, at);
  return at;
}
