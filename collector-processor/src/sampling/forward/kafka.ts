import type { Producer } from 'kafkajs';
import type { Downstream, Shipment, Shipped } from './downstream.ts';

export interface KafkaTarget {
  brokers: string[];
  topics: { logs: string; traces: string };
  clientId: string;
}

/** A message a delivery, acknowledged by all in-sync replicas; its encoding is in the header `content-type`. */
export class KafkaDownstream implements Downstream {
  readonly #target: KafkaTarget;
  readonly #timeoutMs: number;
  #connected: Promise<Producer> | null = null;

  constructor(target: KafkaTarget, timeoutMs: number) {
    this.#target = target;
    this.#timeoutMs = timeoutMs;
  }

  async ship({ signal, encoding, body }: Shipment): Promise<Shipped> {
    const contentType = encoding === 'otlp_proto' ? 'application/x-protobuf' : 'application/json';
    try {
      this.#connected ??= this.#connect();
      const producer = await this.#connected;
      await producer.send({
        topic: this.#target.topics[signal],
        acks: -1,
        messages: [{ key: null, value: body, headers: { 'content-type': contentType } }],
      });
      return { status: 'delivered' };
    } catch (error) {
      const type = error instanceof Error && 'type' in error ? String(error.type) : 'unreachable';
      if (type === 'MESSAGE_TOO_LARGE') return { status: 'rejected', code: 'message_too_large' };
      await this.close();
      return { status: 'retry', code: type.toLowerCase() };
    }
  }

  async close(): Promise<void> {
    const connected = this.#connected;
    this.#connected = null;
    await connected?.then((producer) => producer.disconnect()).catch(() => undefined);
  }

  async #connect(): Promise<Producer> {
    const { brokers, clientId } = this.#target;
    const { Kafka, logLevel } = await import('kafkajs'); // what only its users should hold in memory
    const kafka = new Kafka({
      brokers,
      clientId,
      logLevel: logLevel.NOTHING,
      requestTimeout: this.#timeoutMs,
      retry: { retries: 0 }, // the queue tries again
    });
    const producer = kafka.producer({ allowAutoTopicCreation: true });
    await producer.connect();
    return producer;
  }
}
