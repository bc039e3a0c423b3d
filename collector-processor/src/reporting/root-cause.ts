import type { EpisodeRow } from '../pipeline/episode-row.ts';
import type { Processor } from '../pipeline/processor.ts';

/**
 * What the misses of one cause have in common; null: nothing is known that another miss could share. A vulnerability's cause is
 * its advisory, on however many workloads; a misconfiguration's the pipeline run, commit or change that brought it.
 */
export function rootCauseOf(episode: EpisodeRow | undefined, processor: Processor): string | null {
  if (!episode) return null;
  if (episode.detectorClass === 'vulnerability') return `advisory ${episode.rule}`;
  if (episode.causeChangeId === undefined) return null;
  const change = processor.change(episode.tenant, episode.causeChangeId);
  if (change?.pipeline?.runId !== undefined) return `run ${change.pipeline.runId}`;
  if (change?.vcs?.revision !== undefined) return `commit ${change.vcs.repository}@${change.vcs.revision}`;
  return `change ${episode.causeChangeId}`;
}
