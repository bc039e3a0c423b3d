import type { Component, SliReader, TransitionFeed } from '@cnapp-slo/model';
import { DeliveryQueue } from '../delivery-queue.ts';
import { ocsfFinding } from '../ocsf/transition.ts';
import type { ExporterSettings } from '../ports.ts';
import type { KafkaExporterConfig } from './config.ts';
import { type KafkaMessage, ReplaceableProducer } from './producer.ts';
import { SliChanges } from './sli-changes.ts';

export { type KafkaExporterConfig, parseKafkaExporterConfig } from './config.ts';

const BATCH_MESSAGES = 100;
/** Below a broker's default limit of 1 MiB per batch, so that one message never blocks what follows. */
const MAX_MESSAGE_BYTES = 900_000;
const STOP_TIMEOUT_MS = 2000;

export interface KafkaSources {
  slis: Pick<SliReader, 'list'>;
  feed: TransitionFeed;
}

/** Produces every step of every episode as an OCSF finding, and each SLI when it changes. */
export class KafkaExporter implements Component {
  readonly name = 'kafka';
  private readonly config: KafkaExporterConfig;
  private readonly feed: TransitionFeed;
  private readonly settings: ExporterSettings;
  private readonly slis: SliChanges;
  private readonly producer: ReplaceableProducer;
  private readonly queue: DeliveryQueue<KafkaMessage>;
  private unsubscribe: () => void = () => {};
  private timer: NodeJS.Timeout | undefined;
  private stopped: Promise<void> | undefined;

  constructor(config: KafkaExporterConfig, sources: KafkaSources, settings: ExporterSettings) {
    this.config = config;
    this.feed = sources.feed;
    this.settings = settings;
    this.slis = new SliChanges(sources.slis);
    this.producer = new ReplaceableProducer(config);
    this.queue = new DeliveryQueue(
      {
        exporter: this.name,
        maxItems: config.max_queue_messages,
        batchItems: BATCH_MESSAGES,
        send: (batch) => this.producer.send(batch),
      },
      settings,
    );
  }

  async start(): Promise<void> {
    this.unsubscribe = this.feed.subscribe((transitions) => {
      const topic = this.config.findings_topic;
      this.offer(
        transitions.map((step) => ({ topic, key: step.finding.id, value: JSON.stringify(ocsfFinding(step)) })),
      );
    });
    this.timer = setInterval(() => this.offerSlis(), this.config.sli_interval);
    this.offerSlis();
  }

  stop(): Promise<void> {
    this.unsubscribe();
    clearInterval(this.timer);
    this.stopped ??= this.queue.stop(STOP_TIMEOUT_MS).then(() => this.producer.disconnect());
    return this.stopped;
  }

  private offerSlis(): void {
    try {
      const topic = this.config.slis_topic;
      this.offer(this.slis.changed().map((report) => ({ topic, key: report.id, value: JSON.stringify(report) })));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.settings.log.warn('cannot read the SLIs', { exporter: this.name, reason });
    }
  }

  private offer(messages: readonly KafkaMessage[]): void {
    const fitting = messages.filter(({ value }) => Buffer.byteLength(value) <= MAX_MESSAGE_BYTES);
    const large = messages.length - fitting.length;
    if (large > 0) this.settings.telemetry.dropped(this.name, 'message_too_large', large);
    if (fitting.length > 0) this.queue.offer(fitting);
  }
}
