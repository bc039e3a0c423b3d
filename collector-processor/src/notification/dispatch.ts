import type { Channel, Message, Notice, NoticeStep } from '@cnapp-slo/exporters/channels';
import type { ExporterSettings } from '@cnapp-slo/exporters/ports';
import type { NowMs } from '@cnapp-slo/model';
import { chainsOf, type Occasion } from './chains.ts';
import type { NotificationConfig } from './config.ts';
import { Delivery, type NamedChannel } from './delivery.ts';
import type { Outbox, OutboxEntry } from './outbox.ts';
import type { Urgency } from './routing.ts';

interface DispatchSettings extends ExporterSettings {
  config: NotificationConfig;
  outbox: Outbox;
  nowMs: NowMs;
  /** What the entry says now; null: nothing is left to say. */
  messageOf(entry: OutboxEntry): Message | null;
  /** After a receipt, a move or an end. */
  settled(entry: OutboxEntry): void;
}

/** The outbox's entries on their way, each to the channel of its chain whose turn it is. */
export class Dispatch {
  readonly channels: ReadonlyMap<string, Channel>;
  readonly #settings: DispatchSettings;
  readonly #deliveries: ReadonlyMap<string, Delivery>;

  constructor(channels: readonly NamedChannel[], settings: DispatchSettings) {
    this.channels = new Map(channels.map(({ name, channel }) => [name, channel]));
    this.#settings = settings;
    const delivery = {
      ...settings,
      fallbackAfterMs: settings.config.fallback_after,
      noticeOf: (entry: OutboxEntry) => this.#noticeOf(entry),
      settled: (entry: OutboxEntry) => {
        this.offer(entry); // to the next channel, where it moved
        settings.settled(entry);
      },
    };
    this.#deliveries = new Map(channels.map((named) => [named.name, new Delivery(named, delivery)]));
  }

  offer(entry: OutboxEntry): void {
    if (entry.state === 'pending') this.#deliveries.get(entry.chain[entry.turn] ?? '')?.offer(entry);
  }

  offerAll(entries: readonly OutboxEntry[]): void {
    for (const entry of entries) this.offer(entry);
  }

  /** Finishes what is on its way. */
  async stop(): Promise<void> {
    await Promise.all([...this.#deliveries.values()].map((delivery) => delivery.stop()));
  }

  /** What waits for a channel that the configuration has no more goes where it would go today. */
  rerouteOrphans(): void {
    const { outbox, nowMs } = this.#settings;
    for (const entry of outbox.unsettled()) {
      if (this.channels.has(entry.chain[entry.turn] ?? '')) continue;
      const chain = this.chainThatShows(entry.team, entry.tenant, entry.urgency, entry.step);
      if (entry.follows !== null || chain.length === 0) {
        outbox.change(entry, { state: 'void', reason: 'no channel any more' });
      } else outbox.change(entry, { chain: [...chain], turn: 0, turnSinceMs: nowMs() });
    }
  }

  /** The first chain with channels that have a way to show the step. */
  chainThatShows(team: string, tenant: string, urgency: Occasion, step: NoticeStep): readonly string[] {
    const { config } = this.#settings;
    const shows = (name: string): boolean => this.channels.get(name)?.steps.has(step) === true;
    const chains = [urgency, 'page', 'ticket'].flatMap((one) => chainsOf(config, team, tenant, one as Urgency));
    const offered = urgency === 'digest' ? chainsOf(config, team, tenant, urgency) : chains;
    return offered.map((chain) => chain.filter(shows)).find((chain) => chain.length > 0) ?? [];
  }

  #noticeOf(entry: OutboxEntry): Notice | null {
    const name = entry.chain[entry.turn] ?? '';
    const message = this.#settings.messageOf(entry);
    return (
      message && {
        idempotencyKey: `${entry.key}|${name}`,
        subjectId: entry.subjectId,
        step: entry.step,
        urgency: entry.urgency,
        message,
        answerToken: entry.answerToken,
        ref: entry.follows,
        isRepeat: entry.tried.includes(name),
      }
    );
  }
}
