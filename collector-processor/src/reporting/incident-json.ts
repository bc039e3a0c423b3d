import type { ChangeObservation, Fact, IncidentJson, IncidentMemberJson, IncidentStepJson } from '@cnapp-slo/model';
import { isDismissed, SEVERITIES } from '@cnapp-slo/model';
import { detectedMs, type IncidentGroup, jointConfidence, stageOf } from '../correlation/incident-group.ts';
import { lineageSubjects } from '../correlation/lineage.ts';
import { UNOWNED } from '../pipeline/asset-state.ts';
import type { Estate } from '../pipeline/estate.ts';
import { assetKey, digestKey, incidentIdOf } from '../pipeline/facts.ts';
import { digestsAt, type IncidentMember } from '../pipeline/incidents.ts';
import { changeJson, iso, isoOrNull } from './json.ts';

type Group = IncidentGroup<IncidentMember>;

/** What happened with the incident's members, told from the worst attack, else the worst weakness. A group is over when all of them are. */
export function incidentJson({ members }: Group, estate: Estate): IncidentJson {
  const [first] = members;
  if (!first) throw new Error('an incident has members');
  const face = members.toSorted(byUrgency)[0] ?? first;
  const open = members.filter(({ episode }) => episode.state !== 'closed');
  const counted = members.filter(({ episode }) => !isDismissed(episode));
  const isResolved = open.length === 0;
  const isAcknowledged = open.every(({ episode }) => episode.clocks.t_ack !== undefined);
  const ends = counted.map(({ episode }) => episode.clocks.t_close?.atMs ?? 0);
  const teamOf = ({ finding, asset }: IncidentMember): string => estate.incidents.teamOf(finding, asset);
  const teams = [face, ...members].map(teamOf);
  const digests = new Set(
    members.flatMap((member) => [
      ...digestsAt(member, estate.assets.get(assetKey(member.episode.tenant, member.finding.asset.id))),
    ]),
  );
  return {
    id: incidentIdOf(first.episode.id),
    tenant: first.episode.tenant,
    title: face.finding.title,
    severity: face.episode.severity,
    state: isResolved ? 'resolved' : isAcknowledged ? 'acknowledged' : 'firing',
    team: teams.find((team) => team !== UNOWNED) ?? UNOWNED,
    started_at: iso(Math.min(...members.map(({ episode }) => detectedMs(episode)))),
    alerted_at: isoOrNull(earliest(members, 't_alert')),
    acknowledged_at: isAcknowledged || isResolved ? isoOrNull(earliest(members, 't_ack')) : null,
    resolved_at: isResolved && counted.length > 0 ? isoOrNull(Math.max(...ends)) : null,
    episode_ids: members.map(({ episode }) => episode.id),
    asset_ids: [...new Set(members.map(({ finding }) => finding.asset.id))],
    workloads: [...new Set(members.flatMap(({ finding }) => (isWorkload(finding.asset) ? [finding.asset.id] : [])))],
    digests: [...digests].sort(),
    confidence: jointConfidence(members.map(({ finding }) => finding.confidence)),
    members: members.map((member) => memberJson(member, teamOf(member))),
  };
}

function isWorkload({ provider, kind }: IncidentMember['finding']['asset']): boolean {
  return provider === 'kubernetes' && /^(deployment|statefulset|daemonset|replicaset|cronjob|job|pod)$/.test(kind);
}

function byUrgency(a: IncidentMember, b: IncidentMember): number {
  const rank = ({ episode }: IncidentMember): number => SEVERITIES.indexOf(episode.severity);
  const isAttack = ({ episode }: IncidentMember): number => Number(stageOf(episode.detectorClass) === 'attack');
  return rank(b) - rank(a) || isAttack(b) - isAttack(a) || detectedMs(a.episode) - detectedMs(b.episode);
}

function earliest(members: readonly IncidentMember[], clock: 't_alert' | 't_ack'): number | null {
  const times = members.flatMap(({ episode }) => episode.clocks[clock]?.atMs ?? []);
  return times.length > 0 ? Math.min(...times) : null;
}

function memberJson({ episode, finding, asset, link }: IncidentMember, team: string): IncidentMemberJson {
  return {
    episode_id: episode.id,
    finding_id: episode.findingId,
    title: finding.title,
    rule: finding.rule,
    detector: finding.detector,
    detector_class: finding.detectorClass,
    stage: stageOf(finding.detectorClass),
    severity: episode.severity,
    state: episode.state,
    asset_id: finding.asset.id,
    asset_name: finding.asset.name ?? asset?.ref.name ?? null,
    team,
    techniques: finding.techniques ?? [],
    link,
    detected_at: iso(detectedMs(episode)),
    closed_at: isoOrNull(episode.clocks.t_close?.atMs),
  };
}

export interface ChainSources {
  /** With its commit and pipeline run. */
  changeOf(tenant: string, id: string): ChangeObservation | undefined;
  factsOf(subject: string): readonly Fact[];
}

/** The story of an incident in the order of its events: how it came in, what saw it, what was done, what proved it. */
export function chainOf(
  { members }: Group,
  { tenant, digests }: IncidentJson,
  sources: ChainSources,
): IncidentStepJson[] {
  const steps = new Map<string, IncidentStepJson>();
  const changes = members.flatMap(({ episode }) =>
    [episode.causeChangeId, episode.fixChangeId].flatMap((id) =>
      id === undefined ? [] : (sources.changeOf(tenant, id) ?? []),
    ),
  );
  const origins = [
    ...digests.map((digest) => ({ digest, facts: sources.factsOf(digestKey(tenant, digest)) })),
    ...changes
      .flatMap((change) => lineageSubjects(tenant, change))
      .map((subject) => ({ digest: null, facts: sources.factsOf(subject) })),
  ];
  for (const change of changes) steps.set(change.nativeId, changeStep(change, null));
  for (const { digest, facts } of origins) for (const fact of facts) noteOrigin(steps, fact, digest);
  for (const { episode, finding } of members) {
    const of = { title: finding.title, asset_id: finding.asset.id, finding_id: finding.id, digest: null, change: null };
    const { t_ack, t_verify, t_close } = episode.clocks;
    const note = (kind: IncidentStepJson['kind'], atMs: number, by: string): void => {
      steps.set(`${kind} ${episode.id}`, { at: iso(atMs), kind, by, ...of });
    };
    note(stageOf(finding.detectorClass), detectedMs(episode), finding.detector);
    if (t_ack) note('acknowledged', t_ack.atMs, t_ack.source);
    if (t_verify) note('verified', t_verify.atMs, t_verify.source);
    else if (t_close) note('closed', t_close.atMs, t_close.source);
  }
  return [...steps.values()].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.title < b.title ? -1 : 1));
}

function noteOrigin(steps: Map<string, IncidentStepJson>, { id, body, atMs }: Fact, digest: string | null): void {
  const none = { asset_id: null, finding_id: null, change: null, digest };
  if (body.kind === 'change') {
    if (!steps.has(body.nativeId)) steps.set(body.nativeId, changeStep(body, digest));
  } else if (body.kind === 'sbom') {
    const title = `SBOM of ${body.subject}: ${body.components} components`;
    steps.set(id, { at: iso(atMs), kind: 'sbom', title, by: body.spec, ...none });
  } else if (body.kind === 'gate') {
    const title = `${body.gate}: ${body.verdict}${body.enforced ? '' : ' (not enforced)'}`;
    steps.set(id, { at: iso(atMs), kind: 'gate', title, by: body.gate, ...none });
  }
}

function changeStep(change: ChangeObservation, digest: string | null): IncidentStepJson {
  return {
    at: iso(change.atMs),
    kind: change.changeKind,
    title: change.title ?? change.action,
    by: change.actor.id,
    asset_id: change.assets[0]?.id ?? null,
    finding_id: null,
    digest,
    change: changeJson(change),
  };
}
