import type { DetectorClass, Episode } from '@cnapp-slo/model';
import { isAtLeast, MINUTE_MS } from '@cnapp-slo/model';

/** Where in an attack something stands: a weakness waits to be used, an attack uses it. */
export type Stage = 'weakness' | 'attack';

/** Why two episodes belong to one incident. */
export type LinkReason = 'same_change' | 'seen_together' | 'attack_goes_on' | 'attack_on_weakness';

/** Detections of one rule, and weaknesses of one asset, within this are one story (SLI-DEFINITIONS 0, `detection_group`). */
export const TOGETHER_MS = 60 * MINUTE_MS;
/** An attack that moves on to another technique, or whose weakness a later scan finds, stays one story for this long. */
export const CAMPAIGN_MS = 24 * 60 * MINUTE_MS;

export function stageOf(detectorClass: DetectorClass): Stage {
  return detectorClass === 'runtime' || detectorClass === 'identity' ? 'attack' : 'weakness';
}

/** What a routing policy demands an alert for: high and critical episodes that are neither backlog nor an exercise. */
export function isIncident(episode: Pick<Episode, 'severity' | 'cohort' | 'exercise' | 'detectorClass'>): boolean {
  return (
    isAtLeast(episode.severity, 'high') &&
    episode.cohort === 'normal' &&
    !episode.exercise &&
    episode.detectorClass !== 'drift'
  );
}

/**
 * Whether two episodes on one asset, or on assets that are neighbours, tell one story; null when they do not. Symmetric.
 * Weaknesses join on one asset only: a shared image or role has many unrelated ones. An attack joins what it may have used.
 */
export function linkOf(a: Episode, b: Episode, sameAsset: boolean): LinkReason | null {
  const [first, second] = [stageOf(a.detectorClass), stageOf(b.detectorClass)];
  if (first === 'weakness' && second === 'weakness') {
    if (!sameAsset) return null;
    if (a.causeChangeId !== undefined && a.causeChangeId === b.causeChangeId) return 'same_change';
    return apartMs(a, b) <= TOGETHER_MS ? 'seen_together' : null;
  }
  if (first === 'attack' && second === 'attack') {
    if (apartMs(a, b) > CAMPAIGN_MS) return null;
    if (apartMs(a, b) <= TOGETHER_MS) return 'seen_together';
    return a.rule !== b.rule ? 'attack_goes_on' : null;
  }
  const [attack, weakness] = first === 'attack' ? [a, b] : [b, a];
  const isThere =
    detectedMs(weakness) <= detectedMs(attack) + CAMPAIGN_MS &&
    (weakness.clocks.t_close?.atMs ?? Number.POSITIVE_INFINITY) >= detectedMs(attack);
  return isThere ? 'attack_on_weakness' : null;
}

/** An incident's episodes, the one that gave it its id first, then by detection. */
export interface IncidentGroup<M extends { episode: Episode }> {
  members: readonly M[];
}

/** Everything that `start` is linked to, over any number of links. `linkedTo` is symmetric, so that any member gives the same group. */
export function groupOf<M extends { episode: Episode }>(
  start: M,
  linkedTo: (member: M, isKnown: (episodeId: string) => boolean) => readonly M[],
): IncidentGroup<M> {
  const members = new Map<string, M>([[start.episode.id, start]]);
  const isKnown = (id: string): boolean => members.has(id);
  for (const member of members.values()) {
    for (const next of linkedTo(member, isKnown)) members.set(next.episode.id, next);
  }
  const [lead, ...others] = [...members.values()].sort((x, y) => byReceipt(x.episode, y.episode));
  others.sort((x, y) => byDetection(x.episode, y.episode));
  return { members: lead ? [lead, ...others] : [] };
}

/** The first that was received names the incident: what joins later does not rename what people were told. */
function byReceipt(a: Episode, b: Episode): number {
  return (a.clocks.t_detect?.recvMs ?? 0) - (b.clocks.t_detect?.recvMs ?? 0) || byDetection(a, b);
}

function byDetection(a: Episode, b: Episode): number {
  return detectedMs(a) - detectedMs(b) || (a.id < b.id ? -1 : 1);
}

export function detectedMs(episode: Episode): number {
  return episode.clocks.t_detect?.atMs ?? episode.lastSeenMs;
}

function apartMs(a: Episode, b: Episode): number {
  return Math.abs(detectedMs(a) - detectedMs(b));
}

/** How sure the detectors are together, each counted as a witness of its own; null where none of them says. */
export function jointConfidence(confidences: readonly (number | undefined)[]): number | null {
  const known = confidences.filter((one) => one !== undefined);
  if (known.length === 0) return null;
  return 1 - known.reduce((doubt, one) => doubt * (1 - one), 1);
}
