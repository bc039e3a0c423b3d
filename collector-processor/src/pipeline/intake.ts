import type { Delivery, Fact, Intake, IntakeResult, SamplingTap } from '@cnapp-slo/model';
import { Batch } from './batch.ts';
import { readNative } from './intake-native.ts';
import { readOtlp } from './intake-otlp.ts';
import type { Processor } from './processor.ts';

/** The queue of what is forwarded empties as fast as its downstream takes it. */
const RETRY_AFTER_MS = 5000;
/** Facts of one delivery in one transaction: a few tenths of a second. */
const MAX_FACTS_A_PART = 2000;

/** Bytes in, durable effects out: decode, recognise, append. */
export class ProcessorIntake implements Intake {
  readonly #processor: Processor;
  readonly #exerciseKey: string | null;
  readonly #sampling: SamplingTap | null;

  /**
   * `exerciseKey` signs exercises; without one every message that calls itself one is believed. `sampling` sees every log
   * record and span that is no history.
   */
  constructor(processor: Processor, exerciseKey: string | null = null, sampling: SamplingTap | null = null) {
    this.#processor = processor;
    this.#exerciseKey = exerciseKey;
    this.#sampling = sampling;
  }

  async accept(delivery: Delivery): Promise<IntakeResult> {
    const batch = new Batch(delivery.receivedMs, delivery.backfill ?? false, this.#exerciseKey);
    const tap = delivery.backfill ? null : (this.#sampling?.begin(delivery) ?? null);
    const read =
      delivery.encoding === 'native' ? await readNative(delivery, batch, tap) : readOtlp(delivery, batch, tap);
    if (!read.ok) return { status: 'invalid', code: read.code, message: read.message };
    // Before anything is counted: what is refused comes again.
    if (tap && !(await tap.end())) return { status: 'retryable', code: 'sampling_queue', retryAfterMs: RETRY_AFTER_MS };
    const accepted: IntakeResult = {
      status: 'accepted',
      records: read.records,
      rejected: batch.rejected + read.rejected,
    };
    const message = read.message ?? batch.firstRejection;
    if (message !== undefined) accepted.message = message;
    if (delivery.encoding === 'native' && batch.facts.length > 0) accepted.times = timesOf(batch.facts);
    const bytes = delivery.bytes.byteLength;
    const last = await this.#submitAllButLast(batch, bytes);
    if (!('facts' in last)) return last;
    return this.#processor.submit({
      ...last,
      accepted,
      noteSources: (book) => batch.noteSources(book, bytes),
      offset: delivery.offset,
    });
  }

  /**
   * Many documents' facts go in by several transactions, so that none holds up everything else; what remains goes in with the delivery's offset and counts.
   * A document stays whole, and taking one twice changes nothing: a part alone says nothing that is not so.
   */
  async #submitAllButLast(
    { facts, ends }: Batch,
    bytes: number,
  ): Promise<{ facts: readonly Fact[]; bytes: number } | IntakeResult> {
    let from = 0;
    for (const end of ends) {
      if (end - from < MAX_FACTS_A_PART || end === facts.length) continue;
      const result = await this.#processor.submit({
        facts: facts.slice(from, end),
        bytes: (bytes * (end - from)) / facts.length,
        accepted: { status: 'accepted', records: 0, rejected: 0 },
        noteSources: () => {},
      });
      if (result.status !== 'accepted') return result;
      from = end;
    }
    return from === 0
      ? { facts, bytes }
      : { facts: facts.slice(from), bytes: (bytes * (facts.length - from)) / facts.length };
  }

  storedOffset(topic: string, partition: number): string | null {
    return this.#processor.store.offset(topic, partition);
  }
}

function timesOf(facts: readonly Fact[]): { firstMs: number; lastMs: number } {
  let firstMs = Number.POSITIVE_INFINITY;
  let lastMs = Number.NEGATIVE_INFINITY;
  for (const { atMs } of facts) {
    firstMs = Math.min(firstMs, atMs);
    lastMs = Math.max(lastMs, atMs);
  }
  return { firstMs, lastMs };
}
