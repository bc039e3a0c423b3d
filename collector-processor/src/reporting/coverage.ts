import type { SourceRole } from '@cnapp-slo/model';
import { allowedLatenessMs, freshness, intervalSeconds, type SourceState } from '../pipeline/sources.ts';

export interface Coverage {
  /** Fresh scopes / known scopes; null when no source of a needed kind was ever heard of. */
  value: number | null;
  /** Why it is not complete, naming the sources. */
  reason: string | null;
}

/** Coverage of the sources that an SLI needs (SLI-DEFINITIONS 0, null rule). */
export function coverageOf(
  sources: Iterable<SourceState>,
  needs: readonly SourceRole[],
  atMs: number,
  intervals: Readonly<Record<string, number>>,
): Coverage {
  const silent: string[] = [];
  const seen = new Set<SourceRole>();
  let known = 0;
  for (const source of sources) {
    const roles = source.roles.filter((role) => needs.includes(role));
    if (roles.length === 0) continue;
    for (const role of roles) seen.add(role);
    known += 1;
    if (freshness(source, atMs, intervalSeconds(source, intervals)) !== 'fresh') silent.push(source.id);
  }
  const missing = needs.filter((role) => !seen.has(role));
  if (missing.length > 0) return { value: null, reason: `no source of kind ${missing.join(', ')} has been heard of` };
  const value = (known - silent.length) / known;
  if (silent.length === 0) return { value, reason: null };
  const named = silent.slice(0, 3).join(', ');
  return { value, reason: `${silent.length} of ${known} sources not fresh: ${named}${silent.length > 3 ? ', …' : ''}` };
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
    if (!source.roles.some((role) => needs.includes(role)) || source.lastEventMs === null) continue;
    const idle = freshness(source, nowMs, intervalSeconds(source, intervals)) !== 'fresh';
    if (idle) continue;
    const mark = source.lastEventMs - allowedLatenessMs(source.format);
    watermark = watermark === null ? mark : Math.min(watermark, mark);
  }
  return watermark;
}
