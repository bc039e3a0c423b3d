import { createChannel } from '@cnapp-slo/exporters/channels';
import type { ExporterSettings } from '@cnapp-slo/exporters/ports';
import type { NotificationConfig } from './config.ts';
import { type DeskSources, NotificationDesk } from './desk.ts';
import type { NotificationLedger } from './ledger.ts';
import { Outbox } from './outbox.ts';

/** The desk with the channels of the configuration; null where none is configured. Throws an Error that names the wrong key. */
export function createNotifications(
  config: NotificationConfig,
  ledger: NotificationLedger,
  sources: DeskSources,
  settings: ExporterSettings,
): { desk: NotificationDesk; outbox: Outbox } | null {
  const channels = Object.entries(config.channels).map(([name, of]) => ({
    name,
    channel: createChannel(of, `notifications.channels.${name}`, sources.nowMs),
    minIntervalMs: of.min_interval,
  }));
  if (channels.length === 0) return null;
  const outbox = new Outbox(ledger);
  return { outbox, desk: new NotificationDesk(config, channels, outbox, sources, settings) };
}
