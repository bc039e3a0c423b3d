import type { DetectionHours } from '../../domain/detection-hours.ts';
import { DAY_MS } from '../../domain/principal-record.ts';
import { HOUR_MS } from '../../domain/scope-record.ts';
import { counted, tally } from '../members.ts';
import type { SliComputation, SliInput, SliMember } from '../sli.ts';
import { maximum, robustZ } from '../statistics.ts';
import { SPIKE_DETECTIONS, SPIKE_Z } from './definition.ts';

const WEEK_MS = 7 * DAY_MS;

/** F3: the last complete hour of each rule that spoke in it, or in one of the hours that it is compared with. */
export function compute(input: SliInput): SliComputation {
  const hourMs = (Math.floor(input.toMs / HOUR_MS) - 1) * HOUR_MS;
  const members: SliMember[] = [];
  const scores: number[] = [];
  let detections = 0;
  for (const [id, days] of Map.groupBy(input.detections, ruleOf)) {
    const [first] = days;
    if (!first) continue;
    const sinceMs = Math.min(
      ...input.detections.filter(({ tenant }) => tenant === first.tenant).map(({ dayMs }) => dayMs),
    );
    const now = countIn(days, hourMs);
    const weeks = [1, 2, 3, 4].map((week) => hourMs - week * WEEK_MS).filter((atMs) => atMs >= sinceMs);
    const usual = weeks.map((atMs) => countIn(days, atMs));
    if (now === 0 && usual.every((count) => count === 0)) continue;
    detections += now;
    const z = robustZ(now, usual);
    const subject = { title: `${first.rule} (${first.detector}): ${now} in the hour` };
    if (z === null) {
      members.push(counted(id, 'excluded', 'no_history', subject));
      continue;
    }
    scores.push(z);
    const spikes = z > SPIKE_Z && now > SPIKE_DETECTIONS;
    members.push(counted(id, spikes ? 'bad' : 'good', spikes ? 'spike' : null, subject));
  }
  const { good, bad } = tally(members);
  return {
    value: maximum(scores),
    good,
    bad,
    members,
    companions: { spiking_rules: good + bad > 0 ? bad : null, detections },
  };
}

function ruleOf({ tenant, detector, rule }: DetectionHours): string {
  return `${tenant}/${detector}/${rule}`;
}

function countIn(days: readonly DetectionHours[], hourMs: number): number {
  const dayMs = Math.floor(hourMs / DAY_MS) * DAY_MS;
  return days.find((day) => day.dayMs === dayMs)?.hours[(hourMs - dayMs) / HOUR_MS] ?? 0;
}
