import { setImmediate } from 'node:timers/promises';
import type { Envelope, EventClass, Json } from '@cnapp-slo/model';
import { NEVER_DROP } from '@cnapp-slo/model';
import { detect, unknownFormat } from '../formats/index.ts';
import { type Peeled, peel } from '../formats/peel/index.ts';
import { aboutOf, type Batch } from './batch.ts';
import { isMarked } from './exercise-mark.ts';

/** Beyond so many documents in one record their lengths are not taken one by one. */
const MAX_MEASURED = 1000;
/** So long a large file may keep everything else waiting while it is read. */
const MAX_HOLD_MS = 50;

/** What the documents of one record came to: of several classes the one that must be kept, and the first asset. */
interface Taken {
  documents: number;
  format: string;
  eventClass: EventClass;
  assetId: string | null;
}

/** The documents that a record holds, into the batch; `size` is the record's. */
export function takeDocuments(input: string | Json, given: Envelope, batch: Batch, size: number): Taken {
  const record = new RecordDocuments(input, given, batch, size);
  for (let index = 0; index < record.count; index += 1) record.take(index);
  return record.end();
}

/** The same for a message or file, which may hold very many: other work gets its turn in between. */
export async function takeInTurn(input: Uint8Array, given: Envelope, batch: Batch): Promise<Taken> {
  const record = new RecordDocuments(input, given, batch, input.byteLength);
  let sinceMs = performance.now();
  for (let index = 0; index < record.count; index += 1) {
    record.take(index);
    batch.ends.push(batch.facts.length);
    if (performance.now() - sinceMs < MAX_HOLD_MS) continue;
    await setImmediate();
    sinceMs = performance.now();
  }
  return record.end();
}

/** The documents of one record, taken one by one; `size` is shared by them by their length. */
class RecordDocuments {
  readonly #isMessage: boolean;
  readonly #outer: Envelope;
  readonly #batch: Batch;
  readonly #size: number;
  readonly #peeled: Peeled;
  readonly #lengths: readonly number[];
  readonly #whole: number;
  readonly #taken: Taken;

  constructor(input: Uint8Array | string | Json, given: Envelope, batch: Batch, size: number) {
    this.#isMessage = input instanceof Uint8Array;
    this.#batch = batch;
    this.#size = size;
    this.#outer = batch.checked(given, input);
    this.#peeled = peel(input, this.#outer);
    const { docs } = this.#peeled;
    // Of very many each is about as long as another.
    this.#lengths =
      docs.length > 1 && docs.length <= MAX_MEASURED ? docs.map(({ doc }) => lengthOf(doc)) : docs.map(() => 1);
    this.#whole = this.#lengths.reduce((sum, length) => sum + length, 0);
    this.#taken = { documents: docs.length, format: 'other', eventClass: 'log', assetId: null };
  }

  get count(): number {
    return this.#peeled.docs.length;
  }

  take(index: number): void {
    const peeled = this.#peeled.docs[index];
    if (!peeled) return;
    const { doc, envelope: found } = peeled;
    const part = (this.#size * (this.#lengths[index] ?? 0)) / this.#whole;
    // What is wrapped inside cannot be signed by itself.
    const envelope = isMarked(this.#outer) ? found : this.#batch.checked(found, null);
    const format = detect(doc, envelope);
    if (!format) {
      // A log record may be anything; whoever sends documents of tools means them to be read.
      this.#batch.pass(envelope, part, this.#isMessage ? unknownFormat(doc) : undefined);
      return;
    }
    const { observations, rejections } = format.decode(doc, envelope);
    const eventClass = this.#batch.take(format.id, observations, rejections, envelope, part);
    const taken = this.#taken;
    if (taken.format === 'other' || NEVER_DROP.has(eventClass)) taken.eventClass = eventClass;
    taken.format = format.id;
    taken.assetId ??= aboutOf(observations);
  }

  end(): Taken {
    const { docs, rejections } = this.#peeled;
    for (const rejection of rejections) this.#batch.pass(this.#outer, docs.length > 0 ? 0 : this.#size, rejection);
    return this.#taken;
  }
}

function lengthOf(doc: Json | Uint8Array | string): number {
  return typeof doc === 'string' ? doc.length : JSON.stringify(doc).length;
}
