import { declaredIncident } from '../../domain/declared-record.ts';
import type { SliInput } from '../sli.ts';
import { mean, share } from '../statistics.ts';

/** How long a detection may take where the plan does not say. */
const WITHIN_SECONDS = 15 * 60;

/**
 * M5r: techniques that were exercised in the window, once for each exercise, against the detections of the exercise's own
 * events; incidents that outsiders found are known misses.
 */
export function recallOf(input: SliInput): Record<string, number | null> {
  const seconds: number[] = [];
  let exercised = 0;
  let detected = 0;
  for (const { tenant, plan } of input.exercises) {
    if (plan.atMs <= input.fromMs || plan.atMs > input.toMs) continue;
    const withinMs = (plan.detectWithinSeconds ?? WITHIN_SECONDS) * 1000;
    for (const technique of plan.techniques) {
      exercised += 1;
      const hits = input.exerciseEpisodes
        .filter(({ finding }) => finding.tenant === tenant && finding.techniques?.some((one) => covers(one, technique)))
        .map(({ episode }) => (episode.clocks.t_detect?.atMs ?? 0) - plan.atMs)
        .filter((afterMs) => afterMs >= 0 && afterMs <= withinMs && plan.atMs + afterMs <= input.toMs);
      if (hits.length === 0) continue;
      detected += 1;
      seconds.push(Math.min(...hits) / 1000);
    }
  }
  const missed = input.incidents.filter((record) => {
    const incident = declaredIncident(record);
    if (!incident || incident.void !== null || incident.detectedBy !== 'outsider') return false;
    return incident.detectedMs > input.fromMs && incident.detectedMs <= input.toMs;
  }).length;
  return {
    recall: share(detected, exercised + missed),
    techniques_exercised: exercised,
    missed_incidents: missed,
    probe_mttd: mean(seconds),
  };
}

/** A detector that names the sub-technique (T1059.004) has detected the technique (T1059). */
function covers(detected: string, exercised: string): boolean {
  return detected === exercised || detected.startsWith(`${exercised}.`);
}
