import { createChannel, FixOpener, type Message } from '@cnapp-slo/exporters/channels';
import type { ExporterSettings } from '@cnapp-slo/exporters/ports';
import type { InputSink } from '@cnapp-slo/model';
import { AnswerDesk } from './answers/answer-desk.ts';
import { Approvals, type Executor } from './approvals/approvals.ts';
import { branchOf } from './approvals/plan.ts';
import type { NotificationConfig } from './config.ts';
import { type DeskSources, NotificationDesk } from './desk.ts';
import type { NotificationLedger } from './ledger.ts';
import { buildMessage } from './message.ts';
import { isGroup, Outbox } from './outbox.ts';
import { People } from './people.ts';
import { tierOneSources } from './tier-one.ts';

export interface Notifications {
  /** Null where no channel is configured: then nobody is told. */
  desk: NotificationDesk | null;
  outbox: Outbox;
  answers: AnswerDesk;
  approvals: Approvals;
  /** What a person on call needs of an incident, read now; null: there is no such incident. */
  briefing(incidentId: string): Message | null;
  /** The person behind a Grafana login, or the login itself. */
  nameOf(login: string): string;
  /** The incidents of an alert group; null: there is no such group. */
  group(id: string): readonly string[] | null;
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
  const kindOf = (name: string): string | undefined => config.channels[name]?.kind;
  const people = new People(config.people);
  const approvals = new Approvals({
    ...sources,
    ledger,
    people,
    repositories: config.fixes?.repositories ?? [],
    executors: {
      accept_risk: recordsOnly,
      ...(config.fixes && { propose_fix: fixProposer(new FixOpener(config.fixes, 'notifications.fixes')) }),
    },
  });
  const desk =
    channels.length === 0
      ? null
      : new NotificationDesk(config, channels, outbox, { ...sources, plans: approvals }, settings);
  const tierOne = tierOneSources(sources);
  const answers = new AnswerDesk(config, {
    ...settings,
    ...sources,
    outbox,
    ledger,
    people,
    kindOf,
    endOfPullRequest: ({ repository, branch, isMerged, atMs }, by) =>
      approvals.settle(repository, branch, by, isMerged, atMs),
  });
  return {
    desk,
    outbox,
    answers,
    approvals,
    briefing: (id) => buildMessage(id, tierOne, config),
    nameOf: (login) => people.known('grafana', login)?.name ?? login,
    group: (id) => (outbox.of(id).some(isGroup) ? outbox.incidentsOf(id) : null),
  };
}

/** Accepted risk is a fact, and nothing else. */
const recordsOnly: Executor = { execute: async () => ({ status: 'done', href: null }) };

function fixProposer(opener: FixOpener): Executor {
  return {
    async execute(digest, { subjectId, difference, blastRadius, parameters }) {
      const { repository = '', title = '', instructions = '', path, content = '' } = parameters;
      const body = `${instructions}\n\nBlast radius: ${blastRadius}\n\nFor ${subjectId}. The finding closes when its detector passes.\n\n\`\`\`\`\n${difference}\n\`\`\`\``;
      const file = path ? { path, content } : null;
      const result = await opener.open({ branch: branchOf(digest), repository, title, body, file });
      return result.status === 'opened' ? { status: 'done', href: result.href } : result;
    },
  };
}
