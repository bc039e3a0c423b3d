import type { Channel, ChannelResult, Notice } from '@cnapp-slo/exporters/channels';
import { DeliveryQueue, type ExportResult } from '@cnapp-slo/exporters/delivery-queue';
import type { ExporterSettings } from '@cnapp-slo/exporters/ports';
import type { NowMs } from '@cnapp-slo/model';
import type { Outbox, OutboxEntry } from './outbox.ts';

export interface NamedChannel {
  name: string;
  channel: Channel;
  /** Least time between two sends. */
  minIntervalMs: number;
}

export interface DeliverySettings extends ExporterSettings {
  outbox: Outbox;
  nowMs: NowMs;
  fallbackAfterMs: number;
  /** The notice as it is to be sent now; null: nothing is left to say. */
  noticeOf(entry: OutboxEntry): Notice | null;
  /** After a receipt, a move or an end. */
  settled(entry: OutboxEntry): void;
}

const MAX_ITEMS = 10_000;
const MAX_BACKOFF_MS = 5000;
const STOP_TIMEOUT_MS = 5000;

/**
 * One channel's way out. First notices and what follows them have a queue each, so that neither waits for the other; in each,
 * order is kept. A first notice that the channel does not take goes to the next of its chain, round and round: it is lost nowhere.
 */
export class Delivery {
  readonly #named: NamedChannel;
  readonly #settings: DeliverySettings;
  readonly #queues: { first: DeliveryQueue<OutboxEntry>; follow: DeliveryQueue<OutboxEntry> };
  /** Receipts that the store could not take yet, by key: never sent twice for that. */
  readonly #receipts = new Map<string, { atMs: number; ref: string | null }>();
  #nextMs = 0;
  #failedMs = Number.NEGATIVE_INFINITY;

  constructor(named: NamedChannel, settings: DeliverySettings) {
    this.#named = named;
    this.#settings = settings;
    const destination = { name: named.name, isAway: false };
    const queue = (of: string): DeliveryQueue<OutboxEntry> =>
      new DeliveryQueue<OutboxEntry>(
        {
          exporter: `${named.name}${of}`,
          destination,
          maxItems: MAX_ITEMS,
          batchItems: 1,
          maxBackoffMs: MAX_BACKOFF_MS,
          keyOf: ({ key }) => key,
          send: ([entry]) => (entry ? this.#send(entry) : Promise.resolve({ status: 'accepted' })),
        },
        settings,
      );
    this.#queues = { first: queue(''), follow: queue('/follow_up') };
  }

  /** Offered again, an entry changes nothing. */
  offer(entry: OutboxEntry): void {
    this.#queues[isFollowUp(entry) ? 'follow' : 'first'].offer([entry]);
  }

  async stop(): Promise<void> {
    await Promise.all([this.#queues.first.stop(STOP_TIMEOUT_MS), this.#queues.follow.stop(STOP_TIMEOUT_MS)]);
  }

  async #send(entry: OutboxEntry): Promise<ExportResult> {
    const { name } = this.#named;
    if (entry.state !== 'pending' || entry.chain[entry.turn] !== name)
      return { status: 'moved', code: 'settled', isAway: false };
    if (this.#failedLately() && this.#isDue(entry)) return this.#move(entry, 'fell_back');
    try {
      const notice = this.#settings.noticeOf(entry);
      if (!notice) {
        this.#settings.outbox.change(entry, { state: 'void', reason: 'nothing left to say' });
        return { status: 'moved', code: 'void', isAway: false };
      }
      const known = this.#receipts.get(entry.key);
      const result = known ? { status: 'accepted' as const, ref: known.ref } : await this.#attempt(entry, notice);
      return await this.#take(entry, result);
    } catch {
      return { status: 'retryable', code: 'storage_unavailable' };
    }
  }

  async #attempt(entry: OutboxEntry, notice: Notice): Promise<ChannelResult> {
    const { name, channel, minIntervalMs } = this.#named;
    // Durable before it is sent: after a crash the channel is asked whether it has it, where it can be asked.
    if (!entry.tried.includes(name)) this.#settings.outbox.change(entry, { tried: [...entry.tried, name] });
    const waitMs = this.#nextMs - performance.now();
    this.#nextMs = performance.now() + Math.max(waitMs, 0) + minIntervalMs;
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    return channel.send(notice);
  }

  async #take(entry: OutboxEntry, result: ChannelResult): Promise<ExportResult> {
    const { outbox, nowMs, settled } = this.#settings;
    this.#failedMs = result.status === 'retryable' ? nowMs() : Number.NEGATIVE_INFINITY;
    if (result.status === 'retryable') return this.#isDue(entry) ? this.#move(entry, 'fell_back') : result;
    if (result.status === 'rejected') return this.#refused(entry, result.code);
    const receipt = this.#receipts.get(entry.key) ?? { atMs: nowMs(), ref: result.ref };
    this.#receipts.set(entry.key, receipt);
    const changes = { state: 'delivered' as const, delivered: { channel: this.#named.name, ...receipt } };
    // Only a page or a ticket is an alert, and what joins it: what else follows it, or sums up, starts no clock.
    if (entry.step === 'opened' || (entry.step === 'updated' && entry.members.length > 0))
      await outbox.settle(entry, changes, receipt.atMs, this.#named.name);
    else outbox.change(entry, changes);
    this.#receipts.delete(entry.key);
    settled(entry);
    return { status: 'accepted' };
  }

  /** Refused for good: the next channel has its turn, and after the last one it is a dead letter. */
  #refused(entry: OutboxEntry, code: string): ExportResult {
    const isLast = entry.chain.every((name) => entry.tried.includes(name)) && entry.turn === entry.chain.length - 1;
    if (isFollowUp(entry) || isLast) {
      this.#settings.log.warn('nobody could be told', { exporter: this.#named.name, subject: entry.subjectId, code });
      this.#settings.outbox.change(entry, { state: 'dead', reason: code });
      this.#settings.settled(entry);
    } else this.#move(entry, code);
    return { status: 'rejected', code };
  }

  #move(entry: OutboxEntry, code: string): ExportResult {
    this.#settings.outbox.change(entry, {
      turn: (entry.turn + 1) % entry.chain.length,
      turnSinceMs: this.#settings.nowMs(),
    });
    this.#settings.settled(entry);
    return { status: 'moved', code, isAway: true };
  }

  /** Then what has waited long enough need not wait for one more attempt. */
  #failedLately(): boolean {
    return this.#settings.nowMs() - this.#failedMs < this.#settings.fallbackAfterMs;
  }

  #isDue(entry: OutboxEntry): boolean {
    const triedMs = this.#settings.nowMs() - entry.turnSinceMs;
    return !isFollowUp(entry) && entry.chain.length > 1 && triedMs >= this.#settings.fallbackAfterMs;
  }
}

function isFollowUp({ step }: OutboxEntry): boolean {
  return step === 'acknowledged' || step === 'updated' || step === 'resolved';
}
