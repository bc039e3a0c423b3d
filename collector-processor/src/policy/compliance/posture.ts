import type { Episode, Range } from '@cnapp-slo/model';
import { covers, isDismissed, isSuspended } from '@cnapp-slo/model';

/** `accepted` fails, but somebody has taken the risk. `not_assessed`: nothing looks at it, or what looks cannot tell. */
export type CheckStatus = 'pass' | 'fail' | 'accepted' | 'not_assessed';
export type ControlStatus = 'pass' | 'fail' | 'not_assessed';

/** One rule on one asset, as a control's evidence. Times epoch ms. */
export interface Check {
  episodes: readonly Episode[];
  lastVerdict: string;
  firstMs: number;
  /** When its scopes were looked at. */
  watched: readonly Range[];
  deletedMs: number | null;
}

/** How the check stood at an instant; null: there was none yet, or its asset was gone. */
export function checkAt(
  { episodes, lastVerdict, firstMs, watched, deletedMs }: Check,
  atMs: number,
): CheckStatus | null {
  if (atMs < firstMs || (deletedMs !== null && deletedMs <= atMs)) return null;
  const isVerdict = lastVerdict === 'pass' || lastVerdict === 'fail' || episodes.length > 0;
  if (!isVerdict || !covers(watched, atMs)) return 'not_assessed';
  const failing = episodes.find((episode) => isFailingAt(episode, atMs));
  if (!failing) return 'pass';
  return isSuspended(failing, atMs) ? 'accepted' : 'fail';
}

function isFailingAt(episode: Episode, atMs: number): boolean {
  if (isDismissed(episode)) return false;
  const fromMs = episode.clocks.t_detect?.atMs ?? Number.POSITIVE_INFINITY;
  const toMs = episode.clocks.t_close?.atMs ?? Number.POSITIVE_INFINITY;
  return fromMs <= atMs && atMs < toMs;
}

export type CheckCounts = Record<CheckStatus, number>;

export function noChecks(): CheckCounts {
  return { pass: 0, fail: 0, accepted: 0, not_assessed: 0 };
}

/** A control fails with any of its checks, and passes when all that are assessed do. */
export function controlStatus({ pass, fail, accepted }: CheckCounts): ControlStatus {
  return fail + accepted > 0 ? 'fail' : pass > 0 ? 'pass' : 'not_assessed';
}

export interface Posture {
  passing: number;
  failing: number;
  not_assessed: number;
  /** Passing of the assessed controls; null where none is assessed. */
  score: number | null;
}

export function postureOf(controls: Iterable<CheckCounts>): Posture {
  const posture: Posture = { passing: 0, failing: 0, not_assessed: 0, score: null };
  for (const counts of controls) {
    const status = controlStatus(counts);
    if (status === 'pass') posture.passing += 1;
    else if (status === 'fail') posture.failing += 1;
    else posture.not_assessed += 1;
  }
  const assessed = posture.passing + posture.failing;
  if (assessed > 0) posture.score = posture.passing / assessed;
  return posture;
}

const FAMILIES: readonly [family: string, RegExp][] = [
  ['FedRAMP', /fedramp/i],
  ['NIST 800-53', /nist.*800[-_]?53/i],
  ['PCI DSS', /pci/i],
  ['ISO 27001', /iso.*27001/i],
  ['SOC 2', /soc[-_ ]?2/i],
  ['CIS', /\bcis\b|^cis|cis-/i],
];

/** The framework that a tool's name for it stands for (`CIS-3.0`, `standards/pci-dss/v/3.2.1`); `other` where it is none of these. */
export function familyOf(framework: string): string {
  return FAMILIES.find(([, pattern]) => pattern.test(framework))?.[0] ?? 'other';
}
