import type { Message, MessageLink, NoticeStep } from '@cnapp-slo/exporters/channels';
import type { EpisodeJson, EstateReader, FindingJson, IncidentJson, NowMs } from '@cnapp-slo/model';
import { DAY_MS, HOUR_MS } from '@cnapp-slo/model';
import { newEntry, type Outbox, type OutboxEntry, OVER_IN_HOLD } from './outbox.ts';
import { type Route, type RouteSubject, type Urgency, urgencyOf } from './routing.ts';

export interface SummarySettings {
  outbox: Outbox;
  estate: Pick<EstateReader, 'incident' | 'finding' | 'findings'>;
  nowMs: NowMs;
  routes: readonly Route[];
  digestHour: number;
  publicUrl: string | undefined;
  runbookUrl: string | undefined;
  /** Channels, in order of fallback, that show this step to the team; empty: nobody is to be told. */
  chainOf(team: string, tenant: string, urgency: Urgency, step: NoticeStep): readonly string[];
}

/** Every open incident is read for it. */
const CHECK_MS = 60_000;
/** Share of the time to fix after which an owner who has not answered is told. */
const NEAR = 0.75;
const MAX_FINDINGS = 10_000;
const MAX_LISTED = 20;
const MAX_MEMBERS = 200;
const MAX_WORST = 3;
const MONDAY = 1;

interface Due {
  /** `<incident>@near` or `<incident>@missed`. */
  member: string;
  tenant: string;
  team: string;
  urgency: Urgency;
}

/** Messages about many things at once: deadlines, one message an owner and hour, and the daily digest. */
export class Summaries {
  readonly #settings: SummarySettings;
  readonly #told = new Set<string>();
  readonly #lastDeadlineMs = new Map<string, number>();
  #nextCheckMs = 0;
  #digestedDay = '';

  constructor(settings: SummarySettings) {
    this.#settings = settings;
    for (const entry of settings.outbox.all()) if (entry.step === 'deadline') this.#note(entry);
  }

  /** Adds to the outbox what time has made due, and answers it. */
  due(open: () => readonly IncidentJson[]): OutboxEntry[] {
    const nowMs = this.#settings.nowMs();
    if (nowMs < this.#nextCheckMs) return [];
    this.#nextCheckMs = nowMs + CHECK_MS;
    return [...this.#deadlines(open(), nowMs), ...this.#digests(nowMs)];
  }

  message(entry: OutboxEntry): Message | null {
    return entry.step === 'digest' ? this.#digestMessage(entry) : this.#deadlineMessage(entry);
  }

  #deadlines(open: readonly IncidentJson[], nowMs: number): OutboxEntry[] {
    const { outbox, chainOf } = this.#settings;
    const due = open.flatMap((incident) => this.#dueOf(incident, nowMs));
    const added: OutboxEntry[] = [];
    for (const [owner, members] of Map.groupBy(due, ownerOf)) {
      if (nowMs - (this.#lastDeadlineMs.get(owner) ?? 0) < HOUR_MS) continue;
      const [first] = members;
      if (!first) continue;
      const urgency = members.some((one) => one.urgency === 'page' && one.member.endsWith('@missed'))
        ? 'page'
        : 'ticket';
      const chain = chainOf(first.team, first.tenant, urgency, 'deadline');
      if (chain.length === 0) continue;
      const id = `deadline|${owner}|${new Date(nowMs).toISOString()}`;
      const entry = newEntry({ key: id, subjectId: id, of: first, step: 'deadline', urgency, chain, nowMs });
      added.push(...outbox.add([{ ...entry, members: members.map(({ member }) => member).slice(0, MAX_MEMBERS) }]));
    }
    for (const entry of added) this.#note(entry);
    return added;
  }

  #dueOf(incident: IncidentJson, nowMs: number): Due[] {
    const finding = this.#settings.estate.finding(incident.episode_ids[0] ?? '');
    const episode = finding?.episodes?.find(({ incident_id }) => incident_id === incident.id);
    if (!finding || !episode || episode.deadline_at === null || episode.origin === 'backfill') return [];
    if (episode.state === 'suspended') return [];
    const stage = stageOf(episode, nowMs);
    const [near, missed] = [`${incident.id}@near`, `${incident.id}@missed`];
    if (stage === null || this.#told.has(missed) || (stage === 'near' && this.#told.has(near))) return [];
    const urgency = urgencyOf(subjectOf(finding, incident.severity), this.#settings.routes);
    return [{ member: stage === 'near' ? near : missed, tenant: finding.tenant, team: incident.team, urgency }];
  }

  #digests(nowMs: number): OutboxEntry[] {
    const at = new Date(nowMs);
    const day = at.toISOString().slice(0, 10);
    if (day === this.#digestedDay || at.getUTCHours() < this.#settings.digestHour) return [];
    this.#digestedDay = day;
    const { items } = this.#settings.estate.findings({ state: 'open', limit: MAX_FINDINGS });
    const owners = Map.groupBy(items, ownerOf);
    for (const { tenant, team } of this.#heldAndOver(nowMs)) {
      if (!owners.has(`${tenant}/${team}`)) owners.set(`${tenant}/${team}`, []);
    }
    const entries = [...owners].flatMap(([owner, findings]) => {
      const fresh = findings.filter((finding) => this.#isForDigest(finding) && isFresh(finding));
      const held = this.#heldAndOver(nowMs).filter((entry) => ownerOf(entry) === owner);
      // Every week, so that a backlog is neither forgotten nor noise.
      const isTold =
        fresh.length + held.length > 0 || (at.getUTCDay() === MONDAY && this.#backlog(findings).length > 0);
      const of = findings[0] ?? held[0];
      const chain = of && isTold ? this.#settings.chainOf(of.team, of.tenant, 'digest', 'digest') : [];
      if (!of || chain.length === 0) return [];
      const id = `digest|${owner}|${day}`;
      const entry = newEntry({ key: id, subjectId: id, of, step: 'digest', urgency: 'digest', chain, nowMs });
      const members = [...fresh.map((finding) => finding.id), ...held.map(({ subjectId }) => subjectId)];
      return [{ ...entry, members: members.length > 0 ? members.slice(0, MAX_MEMBERS) : [owner] }];
    });
    return this.#settings.outbox.add(entries);
  }

  #isForDigest(finding: FindingJson): boolean {
    return urgencyOf(subjectOf(finding, finding.severity), this.#settings.routes) === 'digest';
  }

  /** What was there before anybody looked, or was imported: open, and no notice was ever about it. */
  #backlog(findings: readonly FindingJson[]): FindingJson[] {
    const { outbox } = this.#settings;
    const isTold = ({ id }: FindingJson): boolean =>
      (this.#settings.estate.finding(id)?.episodes ?? []).some(
        ({ incident_id }) =>
          incident_id !== null && (outbox.of(incident_id).length > 0 || outbox.groupsOf(incident_id).length > 0),
      );
    return findings.filter((finding) => !(this.#isForDigest(finding) && isFresh(finding)) && !isTold(finding));
  }

  /** What a hold kept back in the last day, and was over before the hold. */
  #heldAndOver(nowMs: number): OutboxEntry[] {
    return [...this.#settings.outbox.all()].filter(
      ({ step, reason, createdMs }) =>
        step === 'opened' && reason?.startsWith(OVER_IN_HOLD) === true && nowMs - createdMs <= DAY_MS,
    );
  }

  #deadlineMessage(entry: OutboxEntry): Message | null {
    const lines = entry.members.flatMap((member): [string, string][] => {
      const [id = '', stage] = member.split('@');
      const incident = this.#settings.estate.incident(id);
      if (!incident || incident.state === 'resolved') return [];
      const deadline = this.#deadlineOf(incident);
      const where = incident.asset_ids[0] ?? '';
      return [
        [
          stage === 'missed' ? `Missed ${deadline}` : `Due ${deadline}`,
          `[${incident.severity}] ${incident.title}, ${where} ${this.#pageOf(id)}`,
        ],
      ];
    });
    if (lines.length === 0) return null;
    const missed = lines.filter(([name]) => name.startsWith('Missed')).length;
    const title = `Deadlines of ${entry.team}: ${missed} missed, ${lines.length - missed} near and not acknowledged`;
    return summary(entry, title, missed > 0 ? 'high' : 'medium', lines, this.#links());
  }

  #digestMessage(entry: OutboxEntry): Message | null {
    const { estate } = this.#settings;
    const findings = entry.members.flatMap((id) => (id.startsWith('f_') ? (estate.finding(id) ?? []) : []));
    const open = findings.filter(({ open_seconds }) => open_seconds !== null);
    const { team, tenant } = entry;
    const ofOwner = estate.findings({ state: 'open', team, tenant, limit: MAX_FINDINGS }).items;
    const backlog = this.#backlog(ofOwner);
    const held = this.#heldAndOver(entry.createdMs).filter((one) => ownerOf(one) === ownerOf(entry));
    if (open.length + held.length + backlog.length === 0) return null;
    const lines = open.map((of): [string, string] => [of.severity, `${of.title}, ${of.asset_name ?? of.asset_id}`]);
    const title = `Digest for ${team}: ${open.length} new open findings, ${backlog.length} in the backlog`;
    return summary(
      entry,
      title,
      'informational',
      [
        ...(backlog.length > 0 ? [['Backlog', backlogText(backlog)] as [string, string]] : []),
        ...held.map((one): [string, string] => [
          'Held back',
          `${estate.incident(one.subjectId)?.title ?? one.subjectId}: ${one.reason}`,
        ]),
        ...lines,
      ],
      this.#links(),
    );
  }

  #links(): MessageLink[] {
    const { publicUrl, runbookUrl } = this.#settings;
    const runbooks = runbookUrl ? `${runbookUrl}/README.md` : publicUrl && `${publicUrl}/runbooks`;
    return runbooks ? [{ title: 'Runbooks', href: runbooks }] : [];
  }

  #deadlineOf(incident: IncidentJson): string {
    const episodes = this.#settings.estate.finding(incident.episode_ids[0] ?? '')?.episodes ?? [];
    return episodes.find(({ incident_id }) => incident_id === incident.id)?.deadline_at ?? 'unknown';
  }

  #pageOf(incidentId: string): string {
    const { publicUrl } = this.#settings;
    return publicUrl ? `${publicUrl}/incidents/${encodeURIComponent(incidentId)}` : incidentId;
  }

  #note({ tenant, team, createdMs, members }: OutboxEntry): void {
    for (const member of members) this.#told.add(member);
    const owner = ownerOf({ tenant, team });
    this.#lastDeadlineMs.set(owner, Math.max(createdMs, this.#lastDeadlineMs.get(owner) ?? 0));
  }
}

function stageOf({ clocks, deadline_at }: EpisodeJson, nowMs: number): 'near' | 'missed' | null {
  const deadlineMs = Date.parse(deadline_at ?? '');
  const startMs = Date.parse((clocks.t_alert ?? clocks.t_detect)?.at ?? '');
  if (nowMs >= deadlineMs) return 'missed';
  return nowMs >= startMs + NEAR * (deadlineMs - startMs) && !clocks.t_ack ? 'near' : null;
}

function isFresh({ open_seconds }: FindingJson): boolean {
  return open_seconds !== null && open_seconds * 1000 <= DAY_MS;
}

function ownerOf({ tenant, team }: { tenant: string; team: string }): string {
  return `${tenant}/${team}`;
}

/** How many of each severity, and which are the worst; the list has the worst first. */
function backlogText(backlog: readonly FindingJson[]): string {
  const counts = [...Map.groupBy(backlog, ({ severity }) => severity)].map(
    ([severity, of]) => `${of.length} ${severity}`,
  );
  const worst = backlog
    .slice(0, MAX_WORST)
    .map((of) => `[${of.severity}] ${of.title}, ${of.asset_name ?? of.asset_id}`);
  return `${counts.join(', ')}. Worst: ${worst.join('; ')}`;
}

export function subjectOf(finding: FindingJson, severity: string): RouteSubject {
  const { detector_class, criticality, environment, team, tenant } = finding;
  return { severity, detector_class, criticality, environment, team, tenant };
}

function summary(
  entry: OutboxEntry,
  title: string,
  severity: Message['severity'],
  lines: [string, string][],
  links: MessageLink[],
): Message {
  const more = lines.length - MAX_LISTED;
  return {
    title,
    severity,
    state: 'firing',
    tenant: entry.tenant,
    team: entry.team,
    startedAt: new Date(entry.createdMs).toISOString(),
    facts: [...lines.slice(0, MAX_LISTED), ...(more > 0 ? [['And', `${more} more`] as const] : [])],
    nextCommand: null,
    links,
    missing: [],
  };
}
