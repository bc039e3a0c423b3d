import type { SamplingPolicy, Tier, TierFacts } from '@cnapp-slo/model';
import { tierOf } from '@cnapp-slo/model';
import type { DeclaredAsset } from '../config.ts';
import type { NeverDropSigns } from './never-drop.ts';

/** What is compiled. */
export interface CompileInput {
  policy: SamplingPolicy;
  /** The first that matches a record's resource decides. */
  matches: readonly TierMatch[];
  /** For what none of them matches. */
  fallback: Tier;
  signs: NeverDropSigns;
}

export interface TierMatch {
  /** A regular expression over a whole name, in the common subset of RE2, Rust and ECMAScript. */
  pattern: string;
  tier: Tier;
}

/** Tiers of declared assets; `*` in their names stands for any text. */
export function matchesOf(assets: readonly DeclaredAsset[]): TierMatch[] {
  return assets.map(({ match, ...declared }) => {
    const facts: TierFacts = { ...declared, isKnownExploited: false, hasOpenIncident: false, promotion: null };
    return { pattern: match.split('*').map(quoted).join('.*'), tier: tierOf(facts, 0).tier };
  });
}

/** Neighbours of one tier as one pattern: the first match still decides. */
export function runsOf(matches: readonly TierMatch[]): TierMatch[] {
  const runs: TierMatch[] = [];
  for (const { pattern, tier } of matches) {
    const last = runs.at(-1);
    if (last?.tier === tier) last.pattern += `|${pattern}`;
    else runs.push({ pattern, tier });
  }
  return runs;
}

function quoted(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
