import type { Criticality, DataClass, Exposure } from '../domain/asset.ts';
import type { Json } from '../domain/format.ts';
import type { Tier } from '../domain/sampling-rollout.ts';

export type { Tier };

export const TIERS: readonly Tier[] = ['T0', 'T1', 'T2', 'T3'];

/** Of what no inventory knows. */
export const UNKNOWN_TIER: Tier = 'T2';

/** What decides an asset's tier; null where nobody said. */
export interface TierFacts {
  criticality: Criticality | null;
  dataClass: DataClass | null;
  exposure: Exposure | null;
  /** An open finding about a vulnerability that is known to be exploited. */
  isKnownExploited: boolean;
  hasOpenIncident: boolean;
  /** Until when a finding, an anomaly or an analyst raised it (epoch ms), with who said why. */
  promotion: { untilMs: number; reason: string } | null;
}

export interface TierDecision {
  tier: Tier;
  /** Every reason that gave this tier or one below, the strongest first. */
  reasons: readonly string[];
}

/** Bumped when the rules change: records carry it as part of `cnapp.sampling.policy`. */
export const TIER_RULES = 'tiers.v1';

const OF_CRITICALITY: Record<Criticality, Tier> = { c0: 'T0', c1: 'T1', c2: 'T2', c3: 'T3' };

/** The strictest of all rules that apply. An asset of unknown criticality is treated as c2. */
export function tierOf(facts: TierFacts, nowMs: number): TierDecision {
  const reached: [Tier, string][] = [
    facts.criticality === null
      ? [UNKNOWN_TIER, 'criticality unknown']
      : [OF_CRITICALITY[facts.criticality], `criticality ${facts.criticality}`],
  ];
  const isExposed = facts.exposure === 'internet';
  if (facts.promotion && facts.promotion.untilMs > nowMs) reached.push(['T0', `promoted: ${facts.promotion.reason}`]);
  if (facts.hasOpenIncident) reached.push(['T0', 'open incident']);
  if (facts.isKnownExploited) {
    reached.push([
      isExposed ? 'T0' : 'T1',
      `known exploited finding${isExposed ? ', reachable from the internet' : ''}`,
    ]);
  }
  if (facts.dataClass === 'restricted') reached.push(['T0', 'restricted data']);
  if (facts.dataClass === 'confidential') reached.push(['T1', 'confidential data']);
  if (isExposed) reached.push(['T1', 'reachable from the internet']);
  reached.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return { tier: reached[0]?.[0] ?? UNKNOWN_TIER, reasons: reached.map(([, reason]) => reason) };
}

/** An asset, as far as its tier goes. */
export interface TierSubject {
  tenant: string;
  id: string;
  kind: string;
  /** Other names under which it sends telemetry: aliases, host, service. */
  names: readonly string[];
  facts: Omit<TierFacts, 'promotion'>;
  /** Assets that it has a relation with. */
  neighbours: readonly string[];
}

/** Where a record belongs: its asset's tier and kind. */
export interface TierPlace {
  tier: Tier;
  assetClass: string;
}

/** Finds the asset that a record is about: by `assetId` where it names one, else by the resource that sent it. */
export interface TierLookup {
  find(tenant: string, assetId: string | null, resource: Readonly<Record<string, Json>>): TierPlace | null;
}

/** Before the inventory is known. */
export const UNKNOWN_TIERS: TierLookup = { find: () => null };
