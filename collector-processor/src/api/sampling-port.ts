import type {
  Actor,
  Criticality,
  GuardResult,
  ParetoPoint,
  RolloutState,
  RolloutStep,
  Simulation,
  Tier,
} from '@cnapp-slo/model';
import type { CandidateChange } from './sampling-candidate.ts';

/** A change of the tiers, where it is and what its guards say. */
export interface RolloutView {
  state: RolloutState;
  guards: readonly GuardResult[] | null;
  next: { step: RolloutStep; fromMs: number }[];
  isSuperseded: boolean;
}

/** Why a step is not taken. */
export type RolloutRefusal = 'open' | 'unknown' | 'no_such_step' | 'too_early' | 'override_needed';
export type RolloutOutcome = { status: 'ok'; view: RolloutView } | { status: 'refused'; code: RolloutRefusal };
/** `overrideReason`: why true detections on c0 and c1 assets may be lost. */
export interface Because {
  reason: string;
  overrideReason?: string;
}

/** Changes of the tiers on their way. */
export interface RolloutPort {
  rollouts(): RolloutView[];
  propose(
    candidate: CandidateChange,
    because: Because,
    actor: Actor,
  ): Promise<RolloutOutcome | null | 'too_little' | 'no_change'>;
  step(id: string, step: RolloutStep, because: Because, actor: Actor): Promise<RolloutOutcome>;
}

/** An asset's tier, with the reasons. */
interface TierRow {
  id: string;
  name: string | null;
  place: {
    tenant: string;
    assetClass: string;
    criticality: Criticality | null;
    tier: Tier;
    reasons: readonly string[];
  };
}

/** An asset raised to T0 for a time. Times epoch ms. */
export interface PromotionRow {
  tenant: string;
  assetId: string;
  reason: string;
  actor: Actor;
  atMs: number;
  untilMs: number;
  /** The asset beside which it was promoted; absent for the one that was meant. */
  beside?: string;
}

/** What a choice of tiers would do, beside the tiers in force. `diff`: lines of the tiers file that change. */
interface SimulatedChange {
  current: Simulation;
  candidate: Simulation;
  probability: Readonly<Record<Tier, number>>;
  heavy_items: number;
  whole: readonly Tier[];
  /** null: it was not asked for. */
  pareto: ParetoPoint[] | null;
  diff: string;
  needs_override: boolean;
  losses: Simulation['critical_losses'];
  window_seconds: number;
}

/** Tiers, what they cost, and what another choice would do. */
export interface SamplingPort extends RolloutPort {
  overview(days: number): object;
  assets(tenant: string | undefined, tier: Tier | undefined): TierRow[];
  promotions(tenant: string | undefined): PromotionRow[];
  promote(tenant: string, assetId: string, reason: string, actor: Actor): Promise<PromotionRow[] | null>;
  /** Null: nothing was recorded; `too_little`: what must be kept is more than the budget. */
  simulate(tenant: string | undefined, candidate: CandidateChange): SimulatedChange | null | 'too_little';
}
