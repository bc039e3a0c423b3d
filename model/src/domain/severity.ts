import type { Severity } from './observation.ts';

/** From least to most severe. */
export const SEVERITIES: readonly Severity[] = ['unknown', 'informational', 'low', 'medium', 'high', 'critical'];

export function isAtLeast(severity: Severity, floor: Severity): boolean {
  return SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(floor);
}

export function stricter(a: Severity, b: Severity): Severity {
  return isAtLeast(a, b) ? a : b;
}
