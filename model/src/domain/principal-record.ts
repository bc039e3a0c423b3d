import type { Fact } from './fact.ts';
import type { ActorKind } from './observation.ts';

export const DAY_MS = 86_400_000;

/** An identity and the UTC days (days since 1970) on which it changed something through a control plane. */
export interface PrincipalRecord {
  tenant: string;
  id: string;
  kind: ActorKind;
  days: number[];
}

/**
 * An active privileged principal is one that used a privilege: it changed state through a control plane. Reads and data access are
 * no facts. `unknown` gives way to what a later source knows.
 */
export function mergePrincipal(known: PrincipalRecord | undefined, fact: Fact): PrincipalRecord {
  const { body } = fact;
  if (body.kind !== 'change') throw new Error(`${body.kind} has no principal`);
  const day = Math.floor(fact.atMs / DAY_MS);
  const record = known ?? { tenant: fact.tenant, id: body.actor.id, kind: 'unknown', days: [] };
  const kind = record.kind < body.actor.kind ? record.kind : body.actor.kind; // automation < human < unknown
  if (record.days.includes(day) && kind === record.kind) return record;
  return { ...record, kind, days: [...new Set([...record.days, day])].sort((a, b) => a - b) };
}
