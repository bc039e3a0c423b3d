/** What the receiver needs of a Kafka client, so that another driver can take the place of kafkajs. */
export interface KafkaConsumerClient {
  /** Names of all topics that can be read. Rejects while no broker can be reached. */
  listTopics(): Promise<string[]>;
  /**
   * Joins the group and consumes these topics until `stop`. Resolves once it is set up. `failed` is called at most once, when
   * the client gives up; the caller then stops it and starts again.
   */
  consume(topics: readonly string[], handler: KafkaBatchHandler, failed: (error: Error) => void): Promise<void>;
  /** Resolves when all brokers in sync have the message. */
  send(topic: string, message: KafkaOutgoing): Promise<void>;
  /** Waits for the batches that are being handled, leaves the group, disconnects. Can be repeated. */
  stop(): Promise<void>;
}

export interface KafkaIncoming {
  /** A decimal 64-bit number. */
  offset: string;
  key: Uint8Array | null;
  /** null: a tombstone. */
  value: Uint8Array | null;
  /** The record's timestamp in epoch ms; undefined when it has none. */
  timeMs: number | undefined;
  /** Lower-case names; of a repeated header the last value. */
  headers: Record<string, string>;
}

export interface KafkaOutgoing {
  key: Uint8Array | null;
  value: Uint8Array | null;
  headers: Record<string, string>;
}

/** Messages of one partition in the order of their offsets. */
export interface KafkaBatch {
  topic: string;
  partition: number;
  /** The offset after the partition's last message. */
  highWatermark: string;
  messages: readonly KafkaIncoming[];
}

export interface KafkaBatchHandler {
  /** Where to go on in a partition that was just assigned; null: where the group's commit says. */
  resumeFrom(topic: string, partition: number): string | null;
  /** Called for one batch of a partition at a time. Never rejects. */
  handle(batch: KafkaBatch, lease: KafkaLease): Promise<BatchResult>;
}

/** The hold on a partition while its batch is handled. */
export interface KafkaLease {
  /** To be called every few seconds, or the group thinks that this member is dead. */
  heartbeat(): Promise<void>;
  /** False: the partition was taken away or the client stops; what was not handled yet is left to others. */
  isHeld(): boolean;
}

/** `next`: everything before it is done; it may be committed to Kafka. With `retryAfterMs`, come again after that. */
export interface BatchResult {
  next: string | null;
  retryAfterMs?: number;
}
