import type { Fact, IntakeResult } from '@cnapp-slo/model';
import type { ChangedFinding } from './draft.ts';

/** What one delivery asks to be made durable. */
export interface WriteRequest {
  facts: readonly Fact[];
  /** Called inside the transaction, after the facts. */
  also?: () => void;
  done: (result: IntakeResult) => void;
  /** The answer when it is durable. */
  accepted: IntakeResult;
  bytes: number;
}

export interface WriterPorts {
  /** One transaction over all requests; throws and leaves nothing when it cannot. */
  commit(requests: readonly WriteRequest[]): ChangedFinding[];
  committed(changed: readonly ChangedFinding[]): void;
  /** A request that fails alone is a defect of ours or of its data: refused, counted, and the rest goes on. */
  poisoned(request: WriteRequest, error: unknown): void;
}

/** What waits is committed in one go until it holds so many facts; the rest in the next one. */
const MAX_FACTS_A_COMMIT = 5000;
const RETRY_AFTER_MS = 1000;
/** Deliveries are gathered until the event loop has turned this often without another one, for this long at most. */
const QUIET_TURNS = 2;
const MAX_GATHER_MS = 10;

/**
 * Group commit: everything that arrived while the last transaction was running goes into the next one, and what the following turns
 * of the event loop bring, so that many small deliveries share one fsync. Answers only after the commit.
 */
export class Writer {
  readonly #ports: WriterPorts;
  readonly #maxQueuedBytes: number;
  readonly #elapsedMs: () => number;
  #queue: WriteRequest[] = [];
  #queuedBytes = 0;
  #scheduled = false;
  /** Why the last commit failed; null when it did not. */
  failure: string | null = null;

  /** `elapsedMs`: a clock that only goes forward, for how long deliveries are gathered. */
  constructor(ports: WriterPorts, maxQueuedBytes: number, elapsedMs: () => number = () => performance.now()) {
    this.#ports = ports;
    this.#maxQueuedBytes = maxQueuedBytes;
    this.#elapsedMs = elapsedMs;
  }

  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  submit(request: WriteRequest): void {
    if (this.#queuedBytes + request.bytes > this.#maxQueuedBytes && this.#queue.length > 0) {
      request.done({ status: 'retryable', code: 'overloaded', retryAfterMs: RETRY_AFTER_MS });
      return;
    }
    this.#queue.push(request);
    this.#queuedBytes += request.bytes;
    if (this.#scheduled) return;
    this.#scheduled = true;
    const untilMs = this.#elapsedMs() + MAX_GATHER_MS;
    setImmediate(() => this.#gather(0, QUIET_TURNS, untilMs));
  }

  /** Resolves when everything submitted before has been answered. */
  async drain(): Promise<void> {
    while (this.#queue.length > 0 || this.#scheduled) await new Promise((resolve) => setImmediate(resolve));
  }

  #gather(before: number, turns: number, untilMs: number): void {
    const { length } = this.#queue;
    const left = length > before ? QUIET_TURNS : turns - 1;
    if (left > 0 && this.#elapsedMs() < untilMs) setImmediate(() => this.#gather(length, left, untilMs));
    else this.#flush();
  }

  #flush(): void {
    const batch: WriteRequest[] = [];
    let facts = 0;
    while (this.#queue.length > 0 && (batch.length === 0 || facts < MAX_FACTS_A_COMMIT)) {
      const next = this.#queue.shift() as WriteRequest;
      batch.push(next);
      facts += next.facts.length;
      this.#queuedBytes -= next.bytes;
    }
    if (batch.length > 0) this.#commit(batch);
    this.#scheduled = this.#queue.length > 0;
    if (this.#scheduled) setImmediate(() => this.#flush());
  }

  #commit(batch: readonly WriteRequest[]): void {
    let changed: ChangedFinding[];
    try {
      changed = this.#ports.commit(batch);
    } catch (error) {
      this.#failed(batch, error);
      return;
    }
    this.failure = null;
    for (const request of batch) request.done(request.accepted);
    this.#ports.committed(changed);
  }

  #failed(batch: readonly WriteRequest[], error: unknown): void {
    if (isStorageFault(error)) {
      this.failure = error instanceof Error ? error.message : String(error);
      for (const request of batch) {
        request.done({ status: 'retryable', code: 'storage_unavailable', retryAfterMs: RETRY_AFTER_MS });
      }
      return;
    }
    const [only, ...others] = batch;
    if (only && others.length === 0) {
      this.#ports.poisoned(only, error);
      only.done({ status: 'invalid', code: 'internal', message: 'the records could not be processed' });
    } else for (const request of batch) this.#commit([request]);
  }
}

/** SQLite's passing troubles: busy, locked, no memory, read-only, I/O, full, cannot open. Other errors are ours. */
const PASSING = new Set([5, 6, 7, 8, 10, 13, 14]);

function isStorageFault(error: unknown): boolean {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return false;
  return PASSING.has(error.errcode & 0xff);
}
