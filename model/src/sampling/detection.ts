/** What sampling does to a rule that needs one event. Source: SAMPLING.md 3. */

/** The chance that a phase is seen: one that leaves traces in `units` independent units, each kept with its probability. */
export function chanceSeen(probabilities: Iterable<number>): number {
  let missed = 1;
  for (const probability of probabilities) missed *= 1 - probability;
  return 1 - missed;
}

/** Mean seconds until the first kept event, of `perSecond` a second; null where none ever is. */
export function meanDelaySeconds(perSecond: number, probability: number): number | null {
  const kept = perSecond * probability;
  return kept > 0 ? 1 / kept : null;
}
