import { createChannel } from '@cnapp-slo/exporters/channels';
import type { ExporterSettings } from '@cnapp-slo/exporters/ports';
import type { InputSink } from '@cnapp-slo/model';
import { AnswerDesk } from './answers/answer-desk.ts';
import type { NotificationConfig } from './config.ts';
import { type DeskSources, NotificationDesk } from './desk.ts';
import type { NotificationLedger } from './ledger.ts';
import { Outbox } from './outbox.ts';
import { People } from './people.ts';

export interface Notifications {
  /** Null where no channel is configured: then nobody is told. */
  desk: NotificationDesk | null;
  outbox: Outbox;
  answers: AnswerDesk;
}

/** All of it from the configuration. Throws an Error that names the wrong key. */
export function createNotifications(
  config: NotificationConfig,
  ledger: NotificationLedger,
  sources: DeskSources & { inputs: InputSink },
  settings: ExporterSettings,
): Notifications {
  const channels = Object.entries(config.channels).map(([name, of]) => ({
    name,
    channel: createChannel(of, `notifications.channels.${name}`, sources.nowMs),
    minIntervalMs: of.min_interval,
  }));
  const outbox = new Outbox(ledger);
  const desk = channels.length === 0 ? null : new NotificationDesk(config, channels, outbox, sources, settings);
  const kindOf = (name: string): string | undefined => config.channels[name]?.kind;
  const people = new People(config.people);
  return { desk, outbox, answers: new AnswerDesk(config, { ...settings, ...sources, outbox, ledger, people, kindOf }) };
}
