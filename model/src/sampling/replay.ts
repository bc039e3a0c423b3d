import { NEVER_DROP } from './event-class.ts';
import { probabilityFor, type SamplingPolicy, thresholdsOf } from './policy.ts';
import { eventsOf, portionsOf, type RecordedItem } from './recording.ts';

/** What one draw of chance kept. */
export interface Replayed {
  keptBytes: number;
  phases: number;
  phasesSeen: number;
  recall: number | null;
  /** Events of never-drop classes that were dropped. */
  neverDropLost: number;
}

/**
 * The sampler over a recorded window, once for each source of chance (numbers in [0, 1), one a unit, in the order of the
 * units): what closed forms are held against.
 */
export function replay(
  items: readonly RecordedItem[],
  policy: SamplingPolicy,
  chances: Iterable<() => number>,
): Replayed[] {
  const thresholds = thresholdsOf(policy);
  const portions = portionsOf(items, policy).map(({ unit, tier, eventClass, items: members, summed, keptBytes }) => ({
    unit,
    probability: summed ? 1 : probabilityFor(thresholds, tier, eventClass),
    keptBytes,
    neverDrop: NEVER_DROP.has(eventClass) ? eventsOf(members) : 0,
    phases: [...new Set(members.flatMap(({ phase }) => phase ?? []))],
  }));
  const units = [...Map.groupBy(portions, ({ unit }) => unit).values()];
  const phases = new Set(portions.flatMap((portion) => portion.phases)).size;
  return Array.from(chances, (chance) => {
    const seen = new Set<string>();
    let kept = 0;
    let neverDropLost = 0;
    for (const unit of units) {
      const randomness = chance();
      for (const portion of unit) {
        if (randomness < 1 - portion.probability) {
          neverDropLost += portion.neverDrop;
          continue;
        }
        kept += portion.keptBytes;
        for (const phase of portion.phases) seen.add(phase);
      }
    }
    const recall = phases > 0 ? seen.size / phases : null;
    return { keptBytes: kept, phases, phasesSeen: seen.size, recall, neverDropLost };
  });
}
