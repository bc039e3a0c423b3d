import { RULES } from '../company/rules.ts';
import type { Random } from '../random.ts';
import type { Violation, World } from '../world.ts';
import { type Calendar, DAY } from './calendar.ts';

/** What was wrong before anybody looked: the first scans bring it all at once, and people work it off slowly. */
export function planBacklog(world: World, calendar: Calendar, random: Random): Violation[] {
  return world.company.resources.flatMap((resource) =>
    RULES.filter(({ kind }) => kind === resource.kind).flatMap((rule) => {
      const share = { critical: 0.02, high: 0.04, medium: 0.35, low: 0.3 }[rule.severity];
      if (!random.chance(share)) return [];
      const lasts = random.around(25, 0.7) * DAY;
      const endMs = Math.round(calendar.startMs + lasts);
      const startMs = calendar.startMs - 90 * DAY;
      return [{ rule, resource, startMs, endMs: endMs < calendar.endMs ? endMs : null }];
    }),
  );
}
