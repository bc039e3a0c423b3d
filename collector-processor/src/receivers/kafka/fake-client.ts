import type {
  BatchResult,
  KafkaBatch,
  KafkaBatchHandler,
  KafkaConsumerClient,
  KafkaIncoming,
  KafkaLease,
  KafkaOutgoing,
} from './client.ts';

/** For tests: one topic with one partition in memory, handed over when the test says so. */
export class FakeKafkaClient implements KafkaConsumerClient {
  readonly topics: string[];
  readonly sent: { topic: string; message: KafkaOutgoing }[] = [];
  heartbeats = 0;
  isHeld = true;
  sendFails = false;
  #handler: KafkaBatchHandler | undefined;
  #handling: Promise<unknown> = Promise.resolve();
  #nextOffset = 0;

  constructor(topics: string[]) {
    this.topics = topics;
  }

  async listTopics(): Promise<string[]> {
    return this.topics;
  }

  async consume(_topics: readonly string[], handler: KafkaBatchHandler): Promise<void> {
    this.#handler = handler;
  }

  async send(topic: string, message: KafkaOutgoing): Promise<void> {
    if (this.sendFails) throw new Error('no broker');
    this.sent.push({ topic, message });
  }

  async stop(): Promise<void> {
    this.#handler = undefined;
    await this.#handling;
  }

  get isConsuming(): boolean {
    return this.#handler !== undefined;
  }

  /** Hands over these values as one batch, at the offsets that follow. */
  async deliver(values: readonly (Uint8Array | null)[], more: Partial<KafkaIncoming> = {}): Promise<BatchResult> {
    const messages = values.map((value) => this.#message(value, more));
    return this.deliverBatch({
      topic: this.topics[0] ?? '',
      partition: 0,
      highWatermark: String(this.#nextOffset),
      messages,
    });
  }

  async deliverBatch(batch: KafkaBatch): Promise<BatchResult> {
    const lease: KafkaLease = {
      heartbeat: async () => {
        this.heartbeats++;
      },
      isHeld: () => this.isHeld,
    };
    const handler = this.#handler;
    if (handler === undefined) throw new Error('not consuming');
    const result = handler.handle(batch, lease);
    this.#handling = result;
    return result;
  }

  #message(value: Uint8Array | null, more: Partial<KafkaIncoming>): KafkaIncoming {
    return { offset: String(this.#nextOffset++), key: null, value, timeMs: undefined, headers: {}, ...more };
  }
}
