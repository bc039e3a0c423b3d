import type { Component, Intake } from '@cnapp-slo/model';
import type { ReceiverSettings } from '../settings.ts';
import { KafkaIntakeHandler } from './batch-handler.ts';
import type { KafkaConsumerClient } from './client.ts';
import { type KafkaConfig, topicMatcher } from './config.ts';

const firstRetryMs = 500;
const lastRetryMs = 30_000;

/**
 * Consumes topics by pattern. `start` does not wait for the brokers: while none answers, the receiver tries again in
 * the background and says so in the log.
 */
export class KafkaReceiver implements Component {
  readonly name = 'kafka';
  readonly #config: KafkaConfig;
  readonly #intake: Intake;
  readonly #settings: ReceiverSettings;
  readonly #createClient: () => KafkaConsumerClient | Promise<KafkaConsumerClient>;
  readonly #matchers: ((topic: string) => boolean)[];
  #running: { stop: AbortController; ended: Promise<void> } | undefined;
  #topics: readonly string[] = [];

  constructor(
    config: KafkaConfig,
    intake: Intake,
    settings: ReceiverSettings,
    createClient: () => KafkaConsumerClient | Promise<KafkaConsumerClient> = async () => {
      const { KafkajsClient } = await import('./kafkajs-client.ts'); // what only its users should hold in memory
      return new KafkajsClient(config, settings.log);
    },
  ) {
    this.#config = config;
    this.#intake = intake;
    this.#settings = settings;
    this.#createClient = createClient;
    this.#matchers = config.topics.map(({ topic }) => topicMatcher(topic));
  }

  /** The topics being consumed, sorted; empty while there are none. */
  get topics(): readonly string[] {
    return this.#topics;
  }

  async start(): Promise<void> {
    const client = await this.#createClient(); // reads the files that the configuration names
    const stop = new AbortController();
    this.#running = { stop, ended: this.#run(client, stop.signal) };
  }

  async stop(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    running?.stop.abort();
    await running?.ended;
  }

  async #run(client: KafkaConsumerClient, stop: AbortSignal): Promise<void> {
    let retryMs = firstRetryMs;
    while (!stop.aborted) {
      try {
        await this.#consume(client, stop);
        retryMs = firstRetryMs;
      } catch (error) {
        this.#settings.log.warn('kafka: cannot consume, trying again', { error: String(error), retry_ms: retryMs });
        await pause(retryMs, stop);
        retryMs = Math.min(lastRetryMs, retryMs * 2);
      } finally {
        this.#topics = [];
        await client.stop().catch(() => {}); // it may be what failed
      }
    }
  }

  /** Until the receiver stops, a new topic matches, or the client fails. */
  async #consume(client: KafkaConsumerClient, stop: AbortSignal): Promise<void> {
    const refreshMs = this.#config.topic_refresh_seconds * 1000;
    const topics = await this.#matchingTopics(client);
    const changed = new AbortController();
    const until = AbortSignal.any([stop, changed.signal]);
    let failure: Error | undefined;
    if (topics.length > 0) {
      const handler = new KafkaIntakeHandler(this.#config, this.#intake, this.#settings, (topic, message) =>
        client.send(topic, message),
      );
      await client.consume(topics, handler, (error) => {
        failure = error;
        changed.abort();
      });
      this.#topics = topics;
      this.#settings.log.info('kafka: consuming', { topics: topics.join(' ') });
    }
    while (!until.aborted) {
      await pause(refreshMs, until);
      if (until.aborted) break;
      const now = await this.#matchingTopics(client);
      if (now.some((topic) => !topics.includes(topic))) break;
    }
    if (failure !== undefined) throw failure;
  }

  async #matchingTopics(client: KafkaConsumerClient): Promise<string[]> {
    const names = await client.listTopics();
    const suffix = this.#config.dead_letter_suffix;
    return names
      .filter((name) => !name.startsWith('__') && !name.endsWith(suffix))
      .filter((name) => this.#matchers.some((matches) => matches(name)))
      .sort();
  }
}

/** Resolves after `ms` or when aborted. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
