import { declaredIncident, type ExerciseRecord } from '../../domain/declared-record.ts';
import type { EpisodeView, SliInput } from '../sli.ts';
import { mean, share } from '../statistics.ts';

/** How long a detection may take where the plan does not say. */
const WITHIN_SECONDS = 15 * 60;

/** What became of one technique of an exercise; `afterMs` and `view` are null while nothing has detected it in time. */
export interface ProbedTechnique {
  technique: string;
  afterMs: number | null;
  view: EpisodeView | null;
}

/** An exercise's techniques against the detections of its own events, by event time. */
export function probedTechniques(
  { tenant, plan }: ExerciseRecord,
  exerciseEpisodes: readonly EpisodeView[],
): ProbedTechnique[] {
  const withinMs = exerciseSeconds(plan) * 1000;
  const own = exerciseEpisodes.filter(({ finding }) => finding.tenant === tenant);
  return plan.techniques.map((technique) => {
    const hits = own
      .filter(({ finding }) => finding.techniques?.some((one) => covers(one, technique)))
      .map((view) => ({ view, afterMs: (view.episode.clocks.t_detect?.atMs ?? 0) - plan.atMs }))
      .filter(({ afterMs }) => afterMs >= 0 && afterMs <= withinMs)
      .sort((a, b) => a.afterMs - b.afterMs || (a.view.episode.id < b.view.episode.id ? -1 : 1));
    const [first] = hits;
    return { technique, afterMs: first?.afterMs ?? null, view: first?.view ?? null };
  });
}

/** Seconds in which a detection counts. */
export function exerciseSeconds({ detectWithinSeconds }: ExerciseRecord['plan']): number {
  return detectWithinSeconds ?? WITHIN_SECONDS;
}

/** M5r: techniques that were exercised in the window, once for each exercise; incidents that outsiders found are known misses. */
export function recallOf(input: SliInput): Record<string, number | null> {
  const seconds: number[] = [];
  let exercised = 0;
  for (const record of input.exercises) {
    const { atMs } = record.plan;
    if (atMs <= input.fromMs || atMs > input.toMs) continue;
    for (const { afterMs } of probedTechniques(record, input.exerciseEpisodes)) {
      exercised += 1;
      if (afterMs !== null && atMs + afterMs <= input.toMs) seconds.push(afterMs / 1000);
    }
  }
  const missed = input.incidents.filter((record) => {
    const incident = declaredIncident(record);
    if (!incident || incident.void !== null || incident.detectedBy !== 'outsider') return false;
    return incident.detectedMs > input.fromMs && incident.detectedMs <= input.toMs;
  }).length;
  return {
    recall: share(seconds.length, exercised + missed),
    techniques_exercised: exercised,
    missed_incidents: missed,
    probe_mttd: mean(seconds),
  };
}

/** A detector that names the sub-technique (T1059.004) has detected the technique (T1059). */
function covers(detected: string, exercised: string): boolean {
  return detected === exercised || detected.startsWith(`${exercised}.`);
}
