import type { Message, NoticeStep } from '@cnapp-slo/exporters/channels';
import type { EpisodeJson, EstateReader, FindingJson, IncidentJson, NowMs } from '@cnapp-slo/model';
import { newEntry, type Outbox, type OutboxEntry } from './outbox.ts';
import { type Route, type RouteSubject, type Urgency, urgencyOf } from './routing.ts';

export interface SummarySettings {
  outbox: Outbox;
  estate: Pick<EstateReader, 'incident' | 'finding' | 'findings'>;
  nowMs: NowMs;
  routes: readonly Route[];
  digestHour: number;
  publicUrl: string | undefined;
  /** Channels, in order of fallback, that show this step to the team; empty: nobody is to be told. */
  chainOf(team: string, tenant: string, urgency: Urgency, step: NoticeStep): readonly string[];
}

/** Every open incident is read for it. */
const CHECK_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Share of the time to fix after which an owner who has not answered is told. */
const NEAR = 0.75;
const MAX_FINDINGS = 10_000;
const MAX_LISTED = 20;
const MAX_MEMBERS = 200;

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
    for (const [owner, members] of Map.groupBy(due, ({ tenant, team }) => `${tenant}/${team}`)) {
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
    const stage = stageOf(episode, nowMs);
    const [near, missed] = [`${incident.id}@near`, `${incident.id}@missed`];
    if (stage === null || this.#told.has(missed) || (stage === 'near' && this.#told.has(near))) return [];
    const urgency = urgencyOf(subjectOf(finding, incident.severity), this.#settings.routes);
    return [{ member: stage === 'near' ? near : missed, tenant: finding.tenant, team: finding.team, urgency }];
  }

  #digests(nowMs: number): OutboxEntry[] {
    const day = new Date(nowMs).toISOString().slice(0, 10);
    if (day === this.#digestedDay || new Date(nowMs).getUTCHours() < this.#settings.digestHour) return [];
    this.#digestedDay = day;
    const { items } = this.#settings.estate.findings({ state: 'open', limit: MAX_FINDINGS });
    const fresh = items.filter((finding) => this.#isForDigest(finding) && isNewSince(finding, nowMs - DAY_MS));
    const entries = [...Map.groupBy(fresh, ({ tenant, team }) => `${tenant}/${team}`)].flatMap(([owner, findings]) => {
      const [first] = findings;
      const chain = first ? this.#settings.chainOf(first.team, first.tenant, 'digest', 'digest') : [];
      if (!first || chain.length === 0) return [];
      const id = `digest|${owner}|${day}`;
      const entry = newEntry({ key: id, subjectId: id, of: first, step: 'digest', urgency: 'digest', chain, nowMs });
      return [{ ...entry, members: findings.map((finding) => finding.id).slice(0, MAX_MEMBERS) }];
    });
    return this.#settings.outbox.add(entries);
  }

  #isForDigest(finding: FindingJson): boolean {
    return urgencyOf(subjectOf(finding, finding.severity), this.#settings.routes) === 'digest';
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
    return summary(entry, title, missed > 0 ? 'high' : 'medium', lines);
  }

  #digestMessage(entry: OutboxEntry): Message | null {
    const findings = entry.members.flatMap((id) => this.#settings.estate.finding(id) ?? []);
    const open = findings.filter(({ open_seconds }) => open_seconds !== null);
    if (open.length === 0) return null;
    const lines = open.map((of): [string, string] => [of.severity, `${of.title}, ${of.asset_name ?? of.asset_id}`]);
    return summary(entry, `Digest for ${entry.team}: ${open.length} new open findings`, 'informational', lines);
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
    const owner = `${tenant}/${team}`;
    this.#lastDeadlineMs.set(owner, Math.max(createdMs, this.#lastDeadlineMs.get(owner) ?? 0));
  }
}

function stageOf({ clocks, deadline_at }: EpisodeJson, nowMs: number): 'near' | 'missed' | null {
  const deadlineMs = Date.parse(deadline_at ?? '');
  const startMs = Date.parse((clocks.t_alert ?? clocks.t_detect)?.at ?? '');
  if (nowMs >= deadlineMs) return 'missed';
  return nowMs >= startMs + NEAR * (deadlineMs - startMs) && !clocks.t_ack ? 'near' : null;
}

function isNewSince({ first_detected_at }: FindingJson, sinceMs: number): boolean {
  return first_detected_at !== null && Date.parse(first_detected_at) >= sinceMs;
}

export function subjectOf(finding: FindingJson, severity: string): RouteSubject {
  const { detector_class, criticality, environment, team, tenant } = finding;
  return { severity, detector_class, criticality, environment, team, tenant };
}

function summary(entry: OutboxEntry, title: string, severity: Message['severity'], lines: [string, string][]): Message {
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
    links: [],
    missing: [],
  };
}
