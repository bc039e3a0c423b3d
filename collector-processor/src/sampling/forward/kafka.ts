import { Kafka, logLevel, type Producer } from 'kafkajs';
import type { Downstream, Shipment, Shipped } from './downstream.ts';

export interface KafkaTarget {
  brokers: string[];
  topics: { logs: string; traces: string };
  clientId: string;
}

/** A message a delivery, acknowledged by all in-sync replicas; its encoding is in the header `content-type`. */
export class KafkaDownstream implements Downstream {
  readonly #producer: Producer;
  readonly #topics: KafkaTarget['topics'];
  #connected: Promise<void> | null = null;

  constructor({ brokers, topics, clientId }: KafkaTarget, timeoutMs: number) {
    const kafka = new Kafka({
      brokers,
      clientId,
      logLevel: logLevel.NOTHING,
      requestTimeout: timeoutMs,
      retry: { retries: 0 }, // the queue tries again
    });
    this.#producer = kafka.producer({ allowAutoTopicCreation: true });
    this.#topics = topics;
  }

  async ship({ signal, encoding, body }: Shipment): Promise<Shipped> {
    const contentType = encoding === 'otlp_proto' ? 'application/x-protobuf' : 'application/json';
    try {
      this.#connected ??= this.#producer.connect();
      await this.#connected;
      await this.#producer.send({
        topic: this.#topics[signal],
        acks: -1,
        messages: [{ key: null, value: body, headers: { 'content-type': contentType } }],
      });
      return { status: 'delivered' };
    } catch (error) {
      const type = error instanceof Error && 'type' in error ? String(error.type) : 'unreachable';
      if (type === 'MESSAGE_TOO_LARGE') return { status: 'rejected', code: 'message_too_large' };
      this.#connected = null;
      await this.#producer.disconnect().catch(() => undefined);
      return { status: 'retry', code: type.toLowerCase() };
    }
  }

  async close(): Promise<void> {
    await this.#producer.disconnect().catch(() => undefined);
  }
}
