import type { Random } from '../random.ts';
import type { Drift, World } from '../world.ts';
import { type Calendar, HOUR, instants } from './calendar.ts';

/** Edits past Terraform, and when the next apply or a person undid them. */
export function planDrifts(world: World, calendar: Calendar, random: Random): Drift[] {
  const drifts: Drift[] = [];
  for (const startMs of instants(calendar, 3.4, random)) {
    const isFree = (id: string): boolean =>
      !drifts.some(({ resource, endMs }) => resource.id === id && (endMs === null || endMs + 12 * HOUR > startMs));
    // What is missing cannot be scanned: only roles vanish, which no planned case needs at that time.
    const kind = drifts.length % 9 === 5 ? 'missing' : 'modified';
    const candidates = world.company.resources.filter((resource) => {
      if (world.lifetimes.has(resource.id) || !isFree(resource.id)) return false;
      return (
        kind === 'modified' || (resource.kind === 'role' && !world.violations.some((one) => one.resource === resource))
      );
    });
    const endMs = Math.round(startMs + random.around(26, 0.7) * HOUR);
    drifts.push({
      resource: random.pick(candidates),
      kind,
      startMs,
      endMs: endMs < calendar.endMs ? endMs : null,
    });
  }
  // Some of the latest are still there when the history ends.
  for (const drift of drifts.slice(-4)) drift.endMs = null;
  return drifts;
}
