import type { Fact, LedgerStore } from '@cnapp-slo/model';
import { MAX_SOURCES, newSource, noteFact, noteReceipt, noteVolume, type SourceState, sourceId } from './sources.ts';
import { VolumeBook, type VolumeNote } from './volume-book.ts';

/** What one delivery said of one source. */
export interface SourceNote {
  tenant: string;
  format: string;
  scope: string;
  records: number;
  recognised: number;
  bytes: number;
  rejects: Record<string, number>;
  facts: Fact[];
  /** Absent: it is not counted by kind. */
  volumes?: VolumeNote[];
  /** Null for backfill: history is no sign of life. */
  receivedMs: number | null;
}

/** Every source that was ever heard of, with its counters. Saved in the transaction that changed it. */
export class SourceBook {
  readonly #sources = new Map<string, SourceState>();
  /** Copies that the running transaction has written; they become the book's with its commit. */
  readonly #drafts = new Map<string, SourceState>();
  readonly volumes: VolumeBook;

  constructor(volumes: VolumeBook = new VolumeBook()) {
    this.volumes = volumes;
  }

  static load(store: LedgerStore): SourceBook {
    const book = new SourceBook(VolumeBook.load(store));
    for (const { key, state } of store.load('sources')) book.#sources.set(key, JSON.parse(state) as SourceState);
    return book;
  }

  all(): IterableIterator<SourceState> {
    return this.#sources.values();
  }

  note(note: SourceNote): void {
    const source = this.#writable(note.tenant, note.format, note.scope);
    source.records += note.records;
    source.recognised += note.recognised;
    source.bytes += note.bytes;
    for (const [code, count] of Object.entries(note.rejects))
      source.rejects[code] = (source.rejects[code] ?? 0) + count;
    for (const fact of note.facts) noteFact(source, fact);
    if (note.receivedMs === null) return;
    noteReceipt(source, note.receivedMs);
    noteVolume(source, note.receivedMs, note.records, note.bytes);
    if (note.volumes) this.volumes.note(note.tenant, source.id, note.receivedMs, note.volumes);
  }

  save(store: LedgerStore): void {
    for (const [id, source] of this.#drafts) store.save('sources', id, JSON.stringify(source));
    this.volumes.save(store);
  }

  /** After the commit. */
  apply(): void {
    for (const [id, source] of this.#drafts) this.#sources.set(id, source);
    this.#drafts.clear();
    this.volumes.apply();
  }

  /** After a roll-back. */
  discard(): void {
    this.#drafts.clear();
    this.volumes.discard();
  }

  #writable(tenant: string, format: string, scope: string): SourceState {
    let id = sourceId(tenant, format, scope);
    const isFull = this.#sources.size + this.#drafts.size >= MAX_SOURCES;
    const place = isFull && !this.#sources.has(id) && !this.#drafts.has(id) ? 'other' : scope;
    id = sourceId(tenant, format, place);
    const draft = this.#drafts.get(id);
    if (draft) return draft;
    const known = this.#sources.get(id);
    const source = known
      ? {
          ...known,
          roles: [...known.roles],
          rejects: { ...known.rejects },
          gapsMs: [...known.gapsMs],
          days: { ...known.days },
        }
      : newSource(tenant, format, place);
    this.#drafts.set(id, source);
    return source;
  }
}
