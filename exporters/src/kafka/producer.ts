import type { CompressionTypes, Producer, SASLOptions } from 'kafkajs';
import type { ExportResult } from '../delivery-queue.ts';
import type { KafkaExporterConfig } from './config.ts';

export interface KafkaMessage {
  topic: string;
  key: string;
  value: string;
}

/** A number in kafkajs, which is loaded with the first message. */
const GZIP = 1 satisfies CompressionTypes.GZIP;

/** Broker errors after which the same messages would be refused again. */
const PERMANENT = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_RECORD', 'INVALID_TOPIC_EXCEPTION']);

/**
 * An idempotent producer that is replaced after a failure: its sequence numbers would not fit a batch that has grown
 * since. Within one producer a repetition is stored once; across a replacement a message can appear twice, with one
 * `metadata.uid`.
 */
export class ReplaceableProducer {
  private readonly config: KafkaExporterConfig;
  private current: Producer | undefined;

  constructor(config: KafkaExporterConfig) {
    this.config = config;
  }

  /** All of the batch or none of it. Never rejects. */
  async send(batch: readonly KafkaMessage[]): Promise<ExportResult> {
    try {
      const producer = await this.connected();
      const topics = Map.groupBy(batch, ({ topic }) => topic);
      await producer.sendBatch({
        acks: -1,
        compression: GZIP,
        topicMessages: [...topics].map(([topic, messages]) => ({
          topic,
          messages: messages.map(({ key, value }) => ({ key, value })),
        })),
      });
      return { status: 'accepted' };
    } catch (error) {
      await this.disconnect();
      const code = codeOf(error);
      return { status: PERMANENT.has(code) ? 'rejected' : 'retryable', code: `kafka_${code.toLowerCase()}` };
    }
  }

  async disconnect(): Promise<void> {
    const producer = this.current;
    this.current = undefined;
    await producer?.disconnect().catch(() => {}); // it may be gone already
  }

  private async connected(): Promise<Producer> {
    if (!this.current) {
      const { brokers, client_id, tls, sasl } = this.config;
      const { Kafka, logLevel } = await import('kafkajs'); // what only its users should hold in memory
      const kafka = new Kafka({
        clientId: client_id,
        brokers: brokers.map(({ host, port }) => (host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`)),
        ssl: tls,
        logLevel: logLevel.NOTHING, // failures are counted, and logged once, by the queue
        retry: { retries: 3 },
        ...(sasl && { sasl: sasl as SASLOptions }),
      });
      this.current = kafka.producer({ idempotent: true, maxInFlightRequests: 1, retry: { retries: 3 } });
      await this.current.connect();
    }
    return this.current;
  }
}

/** The broker's error type; kafkajs wraps it as the cause of its own. */
function codeOf(error: unknown): string {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('type' in cause && typeof cause.type === 'string') return cause.type;
  }
  return error instanceof Error && error.name.startsWith('KafkaJS') ? error.name.slice('KafkaJS'.length) : 'unknown';
}
