import { readFileSync } from 'node:fs';
import kafkajs, { type Consumer, type EachBatchPayload, type Kafka, type KafkaMessage, type Producer } from 'kafkajs';
import type { ReceiverLog } from '../../telemetry/receiver-telemetry.ts';
import type { KafkaBatchHandler, KafkaConsumerClient, KafkaIncoming, KafkaOutgoing } from './client.ts';
import { registerCodecs } from './codecs.ts';
import type { KafkaConfig } from './config.ts';

const heartbeatMs = 3000;
const sessionTimeoutMs = 30_000;
/** How much a fetch brings at most, before decompression; a larger single message still comes. */
const fetchBytes = 8 * 1024 * 1024;
const key = 'receivers.kafka';

/** The default driver. Its own commit is a hint; partitions go on where `resumeFrom` says. */
export class KafkajsClient implements KafkaConsumerClient {
  readonly #config: KafkaConfig;
  readonly #kafka: Kafka;
  #consumer: Consumer | undefined;
  #producer: Promise<Producer> | undefined;
  #resumes = new Set<NodeJS.Timeout>();

  /** Throws an Error that names the key of a file that cannot be read. */
  constructor(config: KafkaConfig, log: ReceiverLog) {
    registerCodecs();
    this.#config = config;
    this.#kafka = new kafkajs.Kafka({
      clientId: config.client_id,
      brokers: config.brokers,
      ...securityOf(config),
      logLevel: kafkajs.logLevel.WARN,
      logCreator:
        () =>
        ({ log: entry }) =>
          log.warn(`kafka: ${entry.message}`),
    });
  }

  async listTopics(): Promise<string[]> {
    const admin = this.#kafka.admin({ retry: { retries: 1 } }); // the receiver itself tries again
    try {
      await admin.connect();
      return await admin.listTopics();
    } finally {
      await admin.disconnect();
    }
  }

  async consume(topics: readonly string[], handler: KafkaBatchHandler, failed: (error: Error) => void): Promise<void> {
    const consumer = this.#kafka.consumer({
      groupId: this.#config.group_id,
      sessionTimeout: sessionTimeoutMs,
      heartbeatInterval: heartbeatMs,
      maxBytes: fetchBytes,
      maxBytesPerPartition: fetchBytes,
      maxWaitTimeInMs: 500,
      allowAutoTopicCreation: false,
    });
    this.#consumer = consumer;
    consumer.on('consumer.group_join', ({ payload }) => {
      for (const [topic, partitions] of Object.entries(payload.memberAssignment)) {
        for (const partition of partitions) {
          const offset = handler.resumeFrom(topic, partition);
          if (offset !== null) consumer.seek({ topic, partition, offset });
        }
      }
    });
    consumer.on('consumer.crash', ({ payload }) => {
      if (!payload.restart) failed(payload.error);
    });
    await consumer.connect();
    await consumer.subscribe({ topics: [...topics], fromBeginning: this.#config.initial_offset === 'earliest' });
    await consumer.run({
      autoCommitInterval: 5000,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: this.#config.max_concurrent_partitions,
      eachBatch: (payload) => this.#handle(payload, handler),
    });
  }

  async send(topic: string, message: KafkaOutgoing): Promise<void> {
    this.#producer ??= this.#connectProducer();
    const producer = await this.#producer;
    const { key: messageKey, value, headers } = message;
    await producer.send({
      topic,
      acks: -1,
      messages: [{ key: asBuffer(messageKey), value: asBuffer(value), headers }],
    });
  }

  async stop(): Promise<void> {
    for (const timer of this.#resumes) clearTimeout(timer);
    this.#resumes.clear();
    const [consumer, producer] = [this.#consumer, this.#producer];
    this.#consumer = undefined;
    this.#producer = undefined;
    await consumer?.disconnect();
    await (await producer)?.disconnect();
  }

  async #connectProducer(): Promise<Producer> {
    const producer = this.#kafka.producer({
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
      allowAutoTopicCreation: true,
    });
    try {
      await producer.connect();
    } catch (error) {
      this.#producer = undefined; // the next dead letter tries again
      throw error;
    }
    return producer;
  }

  async #handle(payload: EachBatchPayload, handler: KafkaBatchHandler): Promise<void> {
    const { batch } = payload;
    const { next, retryAfterMs } = await handler.handle(
      {
        topic: batch.topic,
        partition: batch.partition,
        highWatermark: batch.highWatermark,
        messages: batch.messages.map(incoming),
      },
      { heartbeat: payload.heartbeat, isHeld: () => payload.isRunning() && !payload.isStale() },
    );
    if (next !== null) payload.resolveOffset(String(BigInt(next) - 1n));
    if (retryAfterMs === undefined) return;
    // While it is paused the consumer keeps its membership alive; the rest of the batch is fetched again.
    const resume = payload.pause();
    const timer = setTimeout(() => {
      this.#resumes.delete(timer);
      resume();
    }, retryAfterMs);
    this.#resumes.add(timer);
  }
}

function incoming(message: KafkaMessage): KafkaIncoming {
  const timeMs = Number(message.timestamp);
  const headers: Record<string, string> = {};
  for (const [name, given] of Object.entries(message.headers ?? {})) {
    const value = Array.isArray(given) ? given.at(-1) : given;
    if (value !== undefined) headers[name.toLowerCase()] = value.toString();
  }
  const { offset, key: messageKey, value } = message;
  return { offset, key: messageKey, value, timeMs: timeMs > 0 ? timeMs : undefined, headers };
}

function asBuffer(bytes: Uint8Array | null): Buffer | null {
  return bytes === null ? null : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function securityOf({ tls, sasl }: KafkaConfig) {
  return {
    ...(tls === undefined
      ? {}
      : {
          ssl: {
            ...(tls.ca_file === undefined ? {} : { ca: read(tls.ca_file, 'tls.ca_file') }),
            ...(tls.cert_file === undefined ? {} : { cert: read(tls.cert_file, 'tls.cert_file') }),
            ...(tls.key_file === undefined ? {} : { key: read(tls.key_file, 'tls.key_file') }),
          },
        }),
    ...(sasl === undefined
      ? {}
      : {
          sasl: {
            mechanism: sasl.mechanism as 'plain', // kafkajs has a type for each; all three have these fields
            username: sasl.username,
            password: read(sasl.password_file, 'sasl.password_file').trim(),
          },
        }),
  };
}

function read(path: string, name: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new Error(`${key}.${name}: cannot read ${path}`);
  }
}
