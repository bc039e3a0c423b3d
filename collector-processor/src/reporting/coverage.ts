import type { DetectorClass, ScopeRecord, SourceRole } from '@cnapp-slo/model';
import { isFailing } from '@cnapp-slo/model';
import {
  allowedLatenessMs,
  freshness,
  intervalSeconds,
  roleOfClass,
  type SourceState,
  sourceId,
} from '../pipeline/sources.ts';

export interface Coverage {
  /** Fresh scopes / known scopes; null when no source of a needed kind was ever heard of. */
  value: number | null;
  /** Why it is not complete, naming the sources. */
  reason: string | null;
}

/** Coverage of the sources that an SLI needs (SLI-DEFINITIONS 0, null rule). A source whose scans fail is as good as silent. */
export function coverageOf(
  sources: Iterable<SourceState>,
  scopes: readonly ScopeRecord[],
  needs: readonly SourceRole[],
  atMs: number,
  intervals: Readonly<Record<string, number>>,
): Coverage {
  const failing = failingScopes(scopes, needs);
  const silent: string[] = [];
  const failed: string[] = [];
  const seen = new Set<SourceRole>();
  let known = 0;
  let fresh = 0;
  for (const source of sources) {
    const roles = source.roles.filter((role) => needs.includes(role));
    if (roles.length === 0 && needs.length > 0) continue;
    for (const role of roles) seen.add(role);
    known += 1;
    const scans = failing.get(source.id);
    if (freshness(source, atMs, intervalSeconds(source, intervals)) !== 'fresh') silent.push(source.id);
    else fresh += scans ? 1 - scans.failing / scans.all : 1;
    if (scans && scans.failing > 0) failed.push(source.id);
  }
  const missing = needs.filter((role) => !seen.has(role));
  if (missing.length > 0) return { value: null, reason: `no source of kind ${missing.join(', ')} has been heard of` };
  if (known === 0) return { value: null, reason: 'no source has been heard of' };
  const reasons = [
    ...(silent.length > 0 ? [`${silent.length} of ${known} sources not fresh: ${named(silent)}`] : []),
    ...(failed.length > 0 ? [`scans fail: ${named(failed)}`] : []),
  ];
  return { value: fresh / known, reason: reasons.length > 0 ? reasons.join('; ') : null };
}

function named(ids: readonly string[]): string {
  return `${ids.slice(0, 3).join(', ')}${ids.length > 3 ? ', …' : ''}`;
}

/** Source id → its scopes, and those whose latest scan failed. */
function failingScopes(
  scopes: readonly ScopeRecord[],
  needs: readonly SourceRole[],
): Map<string, { failing: number; all: number }> {
  const counts = new Map<string, { failing: number; all: number }>();
  for (const scope of scopes) {
    const isNeeded = (detectorClass: DetectorClass): boolean => needs.includes(roleOfClass(detectorClass));
    if (needs.length > 0 && !scope.classes.some(isNeeded)) continue;
    for (const { format, scope: place } of scope.sources) {
      const id = sourceId(scope.tenant, format, place);
      const count = counts.get(id) ?? { failing: 0, all: 0 };
      counts.set(id, count);
      count.all += 1;
      if (isFailing(scope)) count.failing += 1;
    }
  }
  return counts;
}

/** The instant up to which the needed sources have been heard, less their allowed lateness; idle ones hold nothing back. */
export function watermarkOf(
  sources: Iterable<SourceState>,
  needs: readonly SourceRole[],
  nowMs: number,
  intervals: Readonly<Record<string, number>>,
): number | null {
  let watermark: number | null = null;
  for (const source of sources) {
    const isNeeded = needs.length === 0 || source.roles.some((role) => needs.includes(role));
    if (!isNeeded || source.lastEventMs === null) continue;
    const idle = freshness(source, nowMs, intervalSeconds(source, intervals)) !== 'fresh';
    if (idle) continue;
    const mark = source.lastEventMs - allowedLatenessMs(source.format);
    watermark = watermark === null ? mark : Math.min(watermark, mark);
  }
  return watermark;
}
