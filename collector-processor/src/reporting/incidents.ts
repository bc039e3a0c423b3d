import type { Episode, EpisodeView, IncidentJson } from '@cnapp-slo/model';
import { isAtLeast, isDismissed } from '@cnapp-slo/model';
import { incidentIdOf } from '../pipeline/facts.ts';
import { iso, isoOrNull } from './json.ts';

/** What a routing policy demands an alert for: high and critical episodes that are neither backlog nor an exercise. */
export function isIncident(episode: Episode): boolean {
  return (
    isAtLeast(episode.severity, 'high') &&
    episode.cohort === 'normal' &&
    !episode.exercise &&
    episode.detectorClass !== 'drift'
  );
}

export function incidentJson({ episode, finding, asset }: EpisodeView): IncidentJson {
  const { clocks } = episode;
  const resolved = episode.state === 'closed';
  return {
    id: incidentIdOf(episode.id),
    title: finding.title,
    severity: episode.severity,
    state: resolved ? 'resolved' : clocks.t_ack ? 'acknowledged' : 'firing',
    team: asset?.team ?? 'unowned',
    started_at: iso(clocks.t_detect?.atMs ?? episode.lastSeenMs),
    alerted_at: isoOrNull(clocks.t_alert?.atMs),
    acknowledged_at: isoOrNull(clocks.t_ack?.atMs),
    resolved_at: resolved && !isDismissed(episode) ? isoOrNull(clocks.t_close?.atMs) : null,
    episode_ids: [episode.id],
    asset_ids: [finding.asset.id],
  };
}
