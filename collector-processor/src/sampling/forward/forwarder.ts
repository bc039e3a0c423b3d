import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Downstream, pack, type Shipment, unpack } from './downstream.ts';
import { DurableQueue } from './durable-queue.ts';

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 30_000;

export interface ForwarderSettings {
  folder: string;
  maxBytes: number;
  downstream: Downstream;
  /** Counts shipments and their bytes by outcome. */
  count: (outcome: 'delivered' | 'retried' | 'rejected', bytes: number) => void;
  failed: (what: string, error: unknown) => void;
}

/**
 * The way of the sampled stream: a shipment that `accept` took is on disk, and is tried until the downstream has it, in order. What the
 * downstream refuses for good goes to the file `rejected` beside the queue.
 */
export class Forwarder {
  readonly #settings: ForwarderSettings;
  readonly #queue: DurableQueue;
  #stopping = false;
  #running: Promise<void> | null = null;

  /** Throws where the folder cannot be used. */
  constructor(settings: ForwarderSettings) {
    this.#settings = settings;
    this.#queue = new DurableQueue(settings.folder, settings.maxBytes);
  }

  get queuedBytes(): number {
    return this.#queue.bytes;
  }

  accept(shipment: Shipment): Promise<boolean> {
    return this.#queue.append(pack(shipment));
  }

  start(): void {
    this.#running = this.#run();
  }

  /** What is not delivered yet stays on disk. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#queue.wake();
    await this.#running;
    await this.#settings.downstream.close();
    await this.#queue.close();
  }

  async #run(): Promise<void> {
    let retryMs = FIRST_RETRY_MS;
    while (!this.#stopping) {
      const message = await this.#queue.peek();
      if (!message) {
        await this.#queue.changed(LONGEST_RETRY_MS);
        continue;
      }
      const waitMs = await this.#deliver(message, retryMs);
      retryMs = waitMs === 0 ? FIRST_RETRY_MS : Math.min(LONGEST_RETRY_MS, retryMs * 2);
      if (waitMs > 0 && !this.#stopping) await this.#pause(waitMs);
    }
  }

  /** How long to wait before the next; 0: the message is done. */
  async #deliver(message: Buffer, retryMs: number): Promise<number> {
    const { downstream, count, folder, failed } = this.#settings;
    try {
      const shipped = await downstream.ship(unpack(message));
      if (shipped.status === 'retry') {
        count('retried', message.length);
        return Math.min(LONGEST_RETRY_MS, shipped.afterMs ?? retryMs);
      }
      if (shipped.status === 'rejected') {
        const { signal, encoding, body } = unpack(message);
        const line = { code: shipped.code, signal, encoding, body: body.toString('base64') };
        await appendFile(join(folder, 'rejected'), `${JSON.stringify(line)}\n`, { mode: 0o600, flush: true });
      }
      this.#queue.pop(message);
      count(shipped.status, message.length);
      return 0;
    } catch (error) {
      failed('forwarding', error);
      return retryMs;
    }
  }

  /** New messages don't shorten the pause: the downstream is not there. */
  async #pause(ms: number): Promise<void> {
    const untilMs = Date.now() + ms;
    while (!this.#stopping && Date.now() < untilMs) await this.#queue.changed(Math.max(1, untilMs - Date.now()));
  }
}
