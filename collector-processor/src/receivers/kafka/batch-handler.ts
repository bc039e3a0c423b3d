import type { Delivery, Intake, IntakeResult, Signal } from '@cnapp-slo/model';
import { ByteBudget } from '../otlp/byte-budget.ts';
import type { ReceiverSettings } from '../settings.ts';
import type { BatchResult, KafkaBatch, KafkaBatchHandler, KafkaIncoming, KafkaLease, KafkaOutgoing } from './client.ts';
import { type KafkaConfig, topicMatcher } from './config.ts';
import { sniff } from './sniff.ts';

/** Messages handed over together: enough for the intake to share a commit among them, few enough to heartbeat between. */
const windowMessages = 500;
/** A dead-letter topic that cannot be written, or no room: wait this long. */
const retryAfterMs = 1000;

type Dead = { status: 'dead'; signal: Signal; code: string; message: string };
type Outcome = { status: 'done' } | Dead | { status: 'retry'; retryAfterMs: number };

/**
 * Messages to the intake, a window at a time. The messages of a window go in together, its last one only after all
 * others are durable or in the dead-letter topic, and it alone carries the offset: the store never has an offset
 * whose earlier messages it lacks. What a crash in between repeats changes nothing, as the intake takes duplicates.
 */
export class KafkaIntakeHandler implements KafkaBatchHandler {
  readonly #config: KafkaConfig;
  readonly #intake: Intake;
  readonly #settings: ReceiverSettings;
  readonly #send: (topic: string, message: KafkaOutgoing) => Promise<void>;
  readonly #budget: ByteBudget;
  readonly #windowBytes: number;
  readonly #hints: { matches: (topic: string) => boolean; hint: KafkaConfig['topics'][number] }[];

  constructor(
    config: KafkaConfig,
    intake: Intake,
    settings: ReceiverSettings,
    send: (topic: string, message: KafkaOutgoing) => Promise<void>,
  ) {
    this.#config = config;
    this.#intake = intake;
    this.#settings = settings;
    this.#send = send;
    this.#windowBytes = config.max_bytes_in_flight / config.max_concurrent_partitions;
    this.#budget = new ByteBudget(Number.POSITIVE_INFINITY, (bytes) =>
      settings.telemetry.bytesInFlight('kafka', bytes),
    );
    this.#hints = config.topics.map((hint) => ({ matches: topicMatcher(hint.topic), hint }));
  }

  resumeFrom(topic: string, partition: number): string | null {
    return this.#intake.storedOffset(topic, partition);
  }

  async handle(batch: KafkaBatch, lease: KafkaLease): Promise<BatchResult> {
    const messages = this.#unseen(batch);
    let next: string | null = null;
    for (let at = 0; at < messages.length && lease.isHeld(); ) {
      const window = this.#windowAt(messages, at);
      const outcome = await this.#takeWindow(batch, window);
      if (outcome.status === 'retry') return { next, retryAfterMs: outcome.retryAfterMs };
      at += window.length;
      next = after(window.at(-1));
      await lease.heartbeat();
    }
    return { next: messages.length === 0 ? after(batch.messages.at(-1)) : next };
  }

  /** Kafka's own commit may lag behind the store. A stored offset beyond the end is of an earlier topic of that name. */
  #unseen(batch: KafkaBatch): readonly KafkaIncoming[] {
    const stored = this.#intake.storedOffset(batch.topic, batch.partition);
    if (stored === null || BigInt(stored) > BigInt(batch.highWatermark)) return batch.messages;
    return batch.messages.filter((message) => BigInt(message.offset) >= BigInt(stored));
  }

  #windowAt(messages: readonly KafkaIncoming[], start: number): readonly KafkaIncoming[] {
    let end = start;
    for (let bytes = 0; end < messages.length && end - start < windowMessages; end++) {
      bytes += messages[end]?.value?.byteLength ?? 0;
      if (end > start && bytes > this.#windowBytes) break;
    }
    return messages.slice(start, end);
  }

  async #takeWindow(batch: KafkaBatch, window: readonly KafkaIncoming[]): Promise<Outcome> {
    const share = this.#budget.share();
    share.grow(window.reduce((sum, message) => sum + (message.value?.byteLength ?? 0), 0));
    try {
      const first = await this.#takeAll(batch, window.slice(0, -1), false);
      if (first.status === 'retry') return first;
      return await this.#takeAll(batch, window.slice(-1), true);
    } finally {
      share.release();
    }
  }

  async #takeAll(batch: KafkaBatch, messages: readonly KafkaIncoming[], withOffset: boolean): Promise<Outcome> {
    const outcomes = await Promise.all(messages.map((message) => this.#take(batch, message, withOffset)));
    const retry = outcomes.find((outcome) => outcome.status === 'retry');
    if (retry !== undefined) return retry; // before any dead letter, which would be written again
    for (const [i, outcome] of outcomes.entries()) {
      const message = messages[i];
      if (outcome.status !== 'dead' || message === undefined) continue;
      if (!(await this.#bury(batch, message, outcome))) return { status: 'retry', retryAfterMs };
    }
    return { status: 'done' };
  }

  async #take(batch: KafkaBatch, message: KafkaIncoming, withOffset: boolean): Promise<Outcome> {
    if (message.value === null || message.value.byteLength === 0) return { status: 'done' }; // a tombstone
    const { telemetry, now } = this.#settings;
    const hint = this.#hints.find(({ matches }) => matches(batch.topic))?.hint;
    const sniffed = sniff(message.value, batch.topic, hint);
    if (!sniffed.ok) return { status: 'dead', signal: 'logs', code: sniffed.code, message: sniffed.message };
    const { encoding, signal, bytes } = sniffed;
    telemetry.bytes('kafka', signal, message.value.byteLength);
    const delivery: Delivery = {
      transport: 'kafka',
      encoding,
      signal,
      bytes,
      receivedMs: now(),
      headers: message.headers,
    };
    if (message.timeMs !== undefined) delivery.recordTimeMs = message.timeMs;
    const next = after(message);
    if (withOffset && next !== null) delivery.offset = { topic: batch.topic, partition: batch.partition, next };
    return this.#outcomeOf(delivery, await this.#intake.accept(delivery));
  }

  #outcomeOf({ signal }: Delivery, result: IntakeResult): Outcome {
    const { telemetry } = this.#settings;
    if (result.status === 'retryable') {
      telemetry.request('kafka', signal, 'retry');
      return { status: 'retry', retryAfterMs: result.retryAfterMs };
    }
    if (result.status === 'invalid') return { status: 'dead', signal, code: result.code, message: result.message };
    telemetry.request('kafka', signal, 'accepted');
    telemetry.acceptedRecords('kafka', signal, result.records);
    if (result.rejected > 0) telemetry.refusedRecords('kafka', signal, 'intake.rejected', result.rejected);
    return { status: 'done' };
  }

  /** Writes a message to the dead-letter topic; false when that is not possible now. */
  async #bury(batch: KafkaBatch, message: KafkaIncoming, why: Dead): Promise<boolean> {
    const { key, value, headers, offset } = message;
    const { topic, partition } = batch;
    const { telemetry } = this.#settings;
    const reason = `${why.code}: ${why.message}`;
    const about = { reason, topic, partition: String(partition), offset };
    try {
      await this.#send(`${topic}${this.#config.dead_letter_suffix}`, { key, value, headers: { ...headers, ...about } });
      telemetry.request('kafka', why.signal, 'dead_letter');
      telemetry.refusedRecords('kafka', why.signal, why.code, 1);
      return true;
    } catch (error) {
      this.#settings.log.warn('a dead letter could not be written', { topic, partition, error: String(error) });
      return false;
    }
  }
}

function after(message: KafkaIncoming | undefined): string | null {
  return message === undefined ? null : String(BigInt(message.offset) + 1n);
}
