import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { ExporterSettings } from './ports.ts';

export type ExportResult =
  | { status: 'accepted' }
  | { status: 'retryable'; code: string; retryAfterMs?: number }
  /** The same input would fail again. */
  | { status: 'rejected'; code: string }
  /** It leaves the queue undelivered: somebody else has it, or nobody needs it any more. */
  | { status: 'moved'; code: string; isAway: boolean };

/** Whether a destination is away: told once, however many queues lead to it. */
export interface Destination {
  name: string;
  isAway: boolean;
}

export interface DeliveryOptions<T> {
  /** The exporter's id, as its counters show it. */
  exporter: string;
  /** Shared by the queues that lead to it. Unset: the queue is alone. */
  destination?: Destination;
  maxItems: number;
  batchItems: number;
  /** An item takes the place of a queued one with the same key. Unset: every item is its own. */
  keyOf?(item: T): unknown;
  /** Never rejects; the queue hands over one batch at a time, in order. */
  send(batch: readonly T[]): Promise<ExportResult>;
  /** First pause after a failure; doubled up to `maxBackoffMs`. */
  backoffMs?: number;
  maxBackoffMs?: number;
}

/**
 * A bounded queue in front of a destination that may be slow or away. A batch is repeated until it is accepted or refused
 * for good; meanwhile what does not fit is dropped. Every drop is counted: `queue_full`, `shutdown`, or the refusal's code.
 */
export class DeliveryQueue<T> {
  private readonly options: DeliveryOptions<T>;
  private readonly settings: ExporterSettings;
  private readonly items = new Map<unknown, T>();
  private running: Promise<void> | undefined;
  private readonly stopping = new AbortController();
  private readonly destination: Destination;

  constructor(options: DeliveryOptions<T>, settings: ExporterSettings) {
    this.options = options;
    this.destination = options.destination ?? { name: options.exporter, isAway: false };
    this.settings = settings;
  }

  /** Takes what fits, without waiting. */
  offer(items: readonly T[]): void {
    let refused = 0;
    for (const item of items) {
      const key = this.keyOf(item);
      if (!this.stopping.signal.aborted && (this.items.has(key) || this.items.size < this.options.maxItems)) {
        this.items.set(key, item);
      } else refused += 1;
    }
    this.drop(this.stopping.signal.aborted ? 'shutdown' : 'queue_full', refused);
    this.report();
    this.running ??= this.drain().finally(() => {
      this.running = undefined;
    });
  }

  /** Delivers what is queued for at most `timeoutMs`, then drops the rest. */
  async stop(timeoutMs: number): Promise<void> {
    const { running } = this;
    this.stopping.abort(); // ends a pause between two attempts
    if (running) await Promise.race([running, pause(timeoutMs)]);
    this.drop('shutdown', this.items.size);
    this.items.clear();
    this.report();
  }

  private async drain(): Promise<void> {
    await nextTurn(); // never in the turn of the caller, whose commit is being announced
    let backoffMs = this.options.backoffMs ?? 250;
    while (this.items.size > 0) {
      const batch = this.items.values().take(this.options.batchItems).toArray();
      const result = await this.options.send(batch);
      if (this.items.size === 0) return; // given up by stop, and counted there
      if (result.status === 'retryable') {
        this.retry(result.code);
        if (this.stopping.signal.aborted) return; // one attempt after stop
        await pause(Math.max(backoffMs, result.retryAfterMs ?? 0), this.stopping.signal);
        backoffMs = Math.min(backoffMs * 2, this.options.maxBackoffMs ?? 30_000);
        continue;
      }
      backoffMs = this.options.backoffMs ?? 250;
      for (const item of batch) {
        const key = this.keyOf(item);
        if (this.items.get(key) === item) this.items.delete(key); // else replaced on the way: the newer one is still due
      }
      this.report();
      if (result.status === 'accepted') this.settings.telemetry.exported(this.options.exporter, batch.length);
      else this.drop(result.code, batch.length);
      if (result.status !== 'moved') this.recover();
      else if (result.isAway) this.noteAway(result.code);
    }
  }

  private keyOf(item: T): unknown {
    return this.options.keyOf ? this.options.keyOf(item) : item;
  }

  private recover(): void {
    const { destination } = this;
    if (destination.isAway) this.settings.log.info('destination is back', { exporter: destination.name });
    destination.isAway = false;
  }

  private retry(code: string): void {
    this.settings.telemetry.retried(this.options.exporter, code);
    this.noteAway(code);
  }

  private noteAway(code: string): void {
    const { destination } = this;
    if (!destination.isAway) {
      this.settings.log.warn('destination is away, retrying', { exporter: destination.name, code });
    }
    destination.isAway = true;
  }

  private drop(reason: string, count: number): void {
    if (count > 0) this.settings.telemetry.dropped(this.options.exporter, reason, count);
  }

  private report(): void {
    this.settings.telemetry.queued(this.options.exporter, this.items.size);
  }
}

/** Resolves after `ms`, or as soon as `signal` aborts. */
async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { ref: false, ...(signal && { signal }) }).catch(() => {});
}
