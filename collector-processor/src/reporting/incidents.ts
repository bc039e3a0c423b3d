import type { Episode } from '@cnapp-slo/model';
import { isAtLeast } from '@cnapp-slo/model';

/** What a routing policy demands an alert for: high and critical episodes that are neither backlog nor an exercise. */
export function isIncident(episode: Episode): boolean {
  return (
    isAtLeast(episode.severity, 'high') &&
    episode.cohort === 'normal' &&
    !episode.exercise &&
    episode.detectorClass !== 'drift'
  );
}
