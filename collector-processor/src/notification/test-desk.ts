/** Test data: a desk over incidents that a test changes, with channels that keep what they took. */
import type { PlanRecord } from './approvals/approvals.ts';
import { NotificationConfig } from './config.ts';
import { NotificationDesk } from './desk.ts';
import { Outbox } from './outbox.ts';
import { MemoryLedger, NOW, TestChannel, type TestIncident, testSources } from './test-estate.ts';

const hook = { kind: 'webhook', url: 'http://127.0.0.1:1/', secret: { env: 'NOT_READ' } };

export function setUp(known: TestIncident[], more: object = {}, ledger = new MemoryLedger()) {
  const clock = { ms: NOW };
  const warnings: string[] = [];
  const drops: string[] = [];
  const config = NotificationConfig.parse({
    channels: { pager: hook, backup: hook, issues: hook },
    owners: { payments: { page: [['pager', 'backup']], ticket: ['issues'], digest: ['issues'] } },
    default_owner: { page: ['backup'], ticket: ['backup'] },
    fallback_after: '0ms',
    digest_hour: 23,
    ...more,
  });
  const channels = { pager: new TestChannel(), backup: new TestChannel(), issues: new TestChannel() };
  const plans: PlanRecord[] = [];
  const reader = {
    get: (id: string) => plans.find((plan) => plan.id === id) ?? null,
    waiting: () => plans.filter(({ state }) => state === 'waiting'),
  };
  const sources = { ...testSources(known, clock), plans: reader };
  const start = async (): Promise<NotificationDesk> => {
    const named = Object.entries(channels).map(([name, channel]) => ({ name, channel, minIntervalMs: 0 }));
    const desk = new NotificationDesk(config, named, new Outbox(ledger), sources, {
      telemetry: {
        exported: () => {},
        retried: () => {},
        dropped: (exporter, reason) => drops.push(`${exporter} ${reason}`),
        queued: () => {},
      },
      log: { info: () => {}, warn: (message, fields) => warnings.push(`${fields?.exporter ?? ''} ${message}`.trim()) },
    });
    await desk.start();
    return desk;
  };
  return { known, clock, warnings, drops, channels, ledger, start, ...sources, plans };
}

export function resolve({ incident, finding }: TestIncident): void {
  incident.state = 'resolved';
  for (const episode of finding.episodes ?? []) episode.state = 'closed';
}
