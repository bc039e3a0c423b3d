import type { Actor } from './observation.ts';

/** How much of an asset's telemetry is kept; T0 everything. */
export type Tier = 'T0' | 'T1' | 'T2' | 'T3';

/** What is kept of each tier, as people write it. */
export interface SamplingPolicy {
  /** Bumped with every change; records carry it as `cnapp.sampling.config_rev`. */
  revision: string;
  /** Share of units that is kept, 2^-56 to 1. */
  probability: Readonly<Record<Tier, number>>;
  /** More items than this of one template in one unit become a summary with the exact count, except in tiers that are `whole`. */
  heavyItems: number;
  whole: readonly Tier[];
  /** How many items a summary keeps as they are. */
  exemplars: number;
}

/** What a change of the tiers is held to. */
export interface GuardResult {
  /** `critical_recall`, `never_drop_lost`, `kept_share_off`, `sli_error`, or `sli:<id>`. */
  guard: string;
  /** Null: not known yet. */
  value: number | null;
  limit: number;
  /** `least`: the value may not be below the limit. */
  bound: 'least' | 'most';
  isBroken: boolean;
}

/**
 * What may happen to a change of the tiers. `shadow`: decided and counted, and nothing is dropped by it. `canary`: applied to a share of
 * the senders. `enforced`: applied to all. `reverted`: taken back, by a person or by a guard.
 */
export const ROLLOUT_STEPS = ['proposed', 'shadow', 'canary', 'enforced', 'reverted'] as const;
export type RolloutStep = (typeof ROLLOUT_STEPS)[number];

/** What the simulation said when the change was proposed. */
export interface RolloutPrediction {
  /** Of the window's bytes, before and after. */
  keptShareBefore: number;
  keptShare: number;
  costPerMonthBefore: number;
  costPerMonth: number;
  /** On c0 and c1 assets, of the detections that leave a trace before, the share that is to leave one after; null: there was none. */
  criticalRecall: number | null;
}

/** A step of a change of the tiers: a fact of the ledger. */
export interface SamplingRollout {
  kind: 'sampling_rollout';
  rolloutId: string;
  step: RolloutStep;
  reason: string;
  /** With `proposed`: what is to be kept, and the revision of the tiers file that it changes. */
  policy?: SamplingPolicy;
  fileRevision?: string;
  diff?: string;
  prediction?: RolloutPrediction;
  /** Why true detections on c0 and c1 assets may be lost; from then on it holds for the whole change. */
  overrideReason?: string;
  /** Those that the override speaks of: with the chance to leave a trace. */
  losses?: { phase: string; asset: string; chance: number }[];
  /** With `canary`: of the senders. */
  share?: number;
  /** Ratios of the SLIs that guard it, when the step began. */
  sliRatios?: Record<string, number>;
  /** With `reverted`: which guards were broken; absent where a person took it back. */
  broken?: GuardResult[];
  actor: Actor;
  atMs: number;
}
