import type { Message, MessageLink } from '@cnapp-slo/exporters/channels';
import type {
  ChangeJson,
  EpisodeJson,
  EstateReader,
  FindingJson,
  IncidentJson,
  NowMs,
  SliReader,
} from '@cnapp-slo/model';

export interface MessageSources {
  estate: Pick<EstateReader, 'incident' | 'finding' | 'findings' | 'asset'>;
  slis: Pick<SliReader, 'get'>;
  nowMs: NowMs;
}

export interface MessageLinks {
  public_url?: string | undefined;
  runbook_url?: string | undefined;
}

/** A reader waits no longer for what would be nice to know. */
const GATHER_MS = 10_000;
const MAX_EVIDENCE = 6;
const MAX_NAMED = 3;
const MAX_CHARS = 300;
const LOOKED_AT = 500;

/**
 * All that a person on call needs of an incident, read from the read models alone: nothing here can write. A part that
 * fails, or for which there is no time left, is named in `missing`. Null: there is no such incident.
 */
export function buildMessage(incidentId: string, sources: MessageSources, links: MessageLinks): Message | null {
  const { estate, nowMs } = sources;
  const incident = estate.incident(incidentId);
  const finding = incident && estate.finding(incident.episode_ids[0] ?? '');
  const episode = finding?.episodes?.find(({ incident_id }) => incident_id === incident?.id);
  if (!incident || !finding || !episode) return null;
  const message: Message = {
    title: incident.title,
    severity: incident.severity,
    state: incident.state,
    tenant: finding.tenant,
    team: incident.team,
    startedAt: incident.started_at,
    facts: [],
    nextCommand: cut(finding.remediation ?? '', 1500) || null,
    links: [],
    missing: [],
  };
  const startedMs = nowMs();
  const part = (name: string, gather: () => void): void => {
    try {
      if (nowMs() - startedMs >= GATHER_MS) message.missing.push(name);
      else gather();
    } catch {
      message.missing.push(name);
    }
  };
  const say = (name: string, value: string | null): void => {
    if (value) message.facts.push([name, cut(value, MAX_CHARS)]);
  };
  say('What', `${finding.rule} by ${finding.detector} (${finding.detector_class})`);
  say('Where', whereOf(finding));
  say('Owner', incident.team);
  say('Since', sinceOf(incident, episode));
  part('change', () => say('Change', changeOf(episode)));
  part('evidence', () => say('Evidence', evidenceOf(finding)));
  part('blast radius', () => say('Blast radius', blastRadius(finding, estate)));
  part('related findings', () => say('Related', relatedFindings(finding, estate)));
  part('SLO impact', () => say('SLO impact', sloImpact(finding, episode, sources)));
  say('Runbook', links.runbook_url || links.public_url ? null : `docs/runbooks/${finding.detector_class}.md`);
  message.links = linksOf(incident, finding, episode, links);
  return message;
}

function whereOf(finding: FindingJson): string {
  const place = [finding.account, finding.environment ?? 'environment unknown', finding.criticality];
  return `${finding.asset_name ?? finding.asset_id} (${finding.asset_kind}, ${place.filter(Boolean).join(', ')}) ${finding.asset_id}`;
}

function sinceOf({ started_at }: IncidentJson, { clocks, deadline_at, fix_change }: EpisodeJson): string {
  const verified =
    clocks.t_verify &&
    `; proven fixed ${timeOf(clocks.t_verify.at)}${fix_change ? ` by ${nameOf(fix_change.actor)}` : ''}`;
  const acknowledged =
    clocks.t_ack && `; acknowledged ${timeOf(clocks.t_ack.at)}${clocks.t_ack.actor ? ` by ${clocks.t_ack.actor}` : ''}`;
  const due = deadline_at ? `; to be fixed by ${timeOf(deadline_at)}` : '';
  return `${timeOf(started_at)}${acknowledged ?? ''}${verified ?? due}`;
}

function changeOf({ change, candidate_change_ids }: EpisodeJson): string {
  if (change) return `${change.action} by ${nameOf(change.actor)} at ${timeOf(change.at)}${commitOf(change)}`;
  if (candidate_change_ids.length > 1)
    return `one of ${candidate_change_ids.length}: ${candidate_change_ids.slice(0, MAX_NAMED).join(', ')}`;
  return 'none known that can have caused it';
}

/** `2026-03-02 09:00:00 UTC`. */
function timeOf(at: string): string {
  return `${at.slice(0, 10)} ${at.slice(11, 19)} UTC`;
}

/** The last part of an ARN says who it is; the rest is where. */
function nameOf(actor: string): string {
  return /^arn:[^:]*:(?:iam|sts):[^:]*:\d*:(?:assumed-role|user|role)\/(.+)$/.exec(actor)?.[1] ?? actor;
}

function commitOf({ repository, revision }: ChangeJson): string {
  return repository ? `, ${repository}${revision ? `@${revision.slice(0, 12)}` : ''}` : '';
}

function evidenceOf({ evidence = {} }: FindingJson): string {
  const known = Object.entries(evidence);
  const shown = known.slice(0, MAX_EVIDENCE).map(([name, value]) => `${name}=${value}`);
  return `${shown.join(', ')}${known.length > MAX_EVIDENCE ? ` and ${known.length - MAX_EVIDENCE} more` : ''}`;
}

/** Other assets with the same problem: what whoever found this one will find next. */
function blastRadius(finding: FindingJson, estate: MessageSources['estate']): string {
  const { items, next_cursor } = estate.findings({ tenant: finding.tenant, state: 'open', limit: LOOKED_AT });
  const alike = items.filter((other) => other.rule === finding.rule && other.asset_id !== finding.asset_id);
  const ofTeam = items.filter((other) => other.team === finding.team && other.environment === finding.environment);
  const more = next_cursor === null ? '' : ` (of the ${LOOKED_AT} worst open findings)`;
  const iac = estate.asset(finding.asset_id)?.iac?.repository;
  const names = alike.slice(0, MAX_NAMED).map((other) => other.asset_name ?? other.asset_id);
  const others =
    alike.length === 0
      ? 'no other asset has this problem'
      : `other assets with this problem: ${alike.length}, ${names.join(', ')}`;
  const place = finding.environment ?? 'an unknown environment';
  return `${others}; open findings of ${finding.team} in ${place}: ${ofTeam.length}${more}${iac ? `; declared in ${iac}` : ''}`;
}

function relatedFindings(finding: FindingJson, estate: MessageSources['estate']): string {
  const { items } = estate.findings({
    tenant: finding.tenant,
    asset: finding.asset_id,
    state: 'open',
    limit: LOOKED_AT,
  });
  const others = items.filter(({ id }) => id !== finding.id);
  if (others.length === 0) return 'no other open finding on this asset';
  const titles = others.slice(0, MAX_NAMED).map(({ severity, title }) => `[${severity}] ${title}`);
  return `${others.length} more on this asset: ${titles.join('; ')}`;
}

function sloImpact(finding: FindingJson, { deadline_at }: EpisodeJson, { slis }: MessageSources): string | null {
  const report = slis.get('mttr', { filter: { tenant: finding.tenant } });
  if (!report || report.ratio === null || report.objective === null) {
    return deadline_at ? `counts against MTTR if it is open after ${timeOf(deadline_at)}` : 'no deadline applies';
  }
  const remaining = report.budget.remaining;
  const percent = (ratio: number): string => `${(ratio * 100).toFixed(1)} %`;
  return `MTTR ${percent(report.ratio)} of ${percent(report.objective)}${remaining === null ? '' : `, ${percent(remaining)} of the budget left`}`;
}

function linksOf(incident: IncidentJson, finding: FindingJson, episode: EpisodeJson, to: MessageLinks): MessageLink[] {
  const links: MessageLink[] = [];
  if (to.public_url) {
    links.push({ title: 'Incident', href: `${to.public_url}/incidents/${encodeURIComponent(incident.id)}` });
    links.push({ title: 'Finding', href: `${to.public_url}/findings/${encodeURIComponent(finding.id)}` });
  }
  const runbook = to.runbook_url
    ? `${to.runbook_url}/${finding.detector_class}.md`
    : to.public_url && `${to.public_url}/runbooks/${finding.detector_class}`;
  if (runbook) links.push({ title: 'Runbook', href: runbook });
  if (episode.change?.pipeline_url) links.push({ title: 'Pipeline', href: episode.change.pipeline_url });
  for (const { rel, href } of [...(episode.change?.links ?? []), ...(finding.links ?? [])].slice(0, 4)) {
    links.push({ title: rel, href });
  }
  return links.filter(({ href }) => /^https?:\/\//.test(href));
}

function cut(text: string, chars: number): string {
  return text.length <= chars ? text : `${text.slice(0, chars - 1)}…`;
}
