import type { Fact } from './fact.ts';

/** What a detector's rule gives evidence for: the controls of each framework, as the tool names them. */
export interface RuleRecord {
  tenant: string;
  detector: string;
  rule: string;
  /** The latest [event time, fact id] wins; rules are mapped anew with every release of a tool. */
  stamp: [number, string];
  controls: Record<string, string[]>;
}

/** The record itself where the fact says nothing newer of it. */
export function mergeRule(known: RuleRecord | undefined, fact: Fact): RuleRecord {
  const { body, atMs, id, tenant } = fact;
  if (body.kind !== 'finding' || !body.compliance) throw new Error(`${body.kind} maps no rule to controls`);
  const controls = Object.fromEntries(
    Object.entries(body.compliance)
      .map(([framework, names]) => [framework, [...new Set(names)].sort()] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
  if (known) {
    const [knownMs, knownId] = known.stamp;
    if (knownMs > atMs || (knownMs === atMs && knownId >= id)) return known;
  }
  return { tenant, detector: body.detector, rule: body.rule, stamp: [atMs, id], controls };
}
