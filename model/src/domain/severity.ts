import type { Severity } from './observation.ts';

/** From least to most severe. */
export const SEVERITIES: readonly Severity[] = ['unknown', 'informational', 'low', 'medium', 'high', 'critical'];

const RANK = Object.fromEntries(SEVERITIES.map((severity, rank) => [severity, rank])) as Record<Severity, number>;

export function isAtLeast(severity: Severity, floor: Severity): boolean {
  return RANK[severity] >= RANK[floor];
}

export function stricter(a: Severity, b: Severity): Severity {
  return isAtLeast(a, b) ? a : b;
}
