import { createHash } from 'node:crypto';

/** `accept_risk` stops a clock; `propose_fix` opens a pull request or an issue. Neither changes a cluster or cloud. */
export type PlanKind = 'accept_risk' | 'propose_fix';

/** What is to be done, completely: approving it means this and nothing else. */
export interface Plan {
  kind: PlanKind;
  subjectId: string;
  tenant: string;
  team: string;
  /** What would be different afterwards, for people: the dry run. */
  difference: string;
  /** What else it touches. */
  blastRadius: string;
  /** All that the executor needs, by name. */
  parameters: Record<string, string>;
}

/** Where a plan's pull request comes from, and how it is found again. */
export function branchOf(digest: string): string {
  return `cnapp/${digest.slice(0, 20)}`;
}

/** JSON with its keys in order and no white space (RFC 8785 for the strings and objects that plans are made of). */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).filter(([, of]) => of !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, of]) => `${JSON.stringify(key)}:${canonicalJson(of)}`).join(',')}}`;
}

/** SHA-256 over the canonical form, hex: what an approval is bound to. */
export function digestOf(plan: Plan): string {
  return createHash('sha256').update(canonicalJson(plan)).digest('hex');
}
