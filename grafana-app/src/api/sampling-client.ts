import type { Criticality, Page, ParetoPoint, RolloutStep, Simulation, Tier } from '@cnapp-slo/model';
import { config, getBackendSrv } from '@grafana/runtime';
import { toApiError } from './api-error.ts';

type ByTier = Readonly<Record<Tier, number>>;

export interface SamplingOverview {
  mode: 'off' | 'shadow' | 'forward';
  /** Of the tiers that decide now. */
  revision: string;
  /** Of the tiers file; another one than `revision` where a change is enforced. */
  file_revision: string;
  probability: ByTier;
  heavy_items: number;
  whole: readonly Tier[];
  /** How many are in each. */
  assets: ByTier;
  /** null: nothing is recorded. */
  last_day: { bytes: number; kept_bytes: number } | null;
}

/** An asset's tier, and why. */
export interface TierRow {
  asset_id: string;
  name: string | null;
  kind: string;
  criticality: Criticality | null;
  tier: Tier;
  /** The strongest first. */
  reasons: readonly string[];
}

/** A change that somebody thinks about; what is left out stays. */
export interface Candidate {
  probability?: ByTier;
  whole?: readonly Tier[];
  /** Instead of probabilities: the best ones for this share of the bytes. */
  budget_share?: number;
}

export interface SimulationAnswer {
  current: Simulation;
  candidate: Simulation;
  probability: ByTier;
  /** null: it was not asked for. */
  pareto: ParetoPoint[] | null;
  diff: string;
  needs_override: boolean;
  losses: Simulation['critical_losses'];
  window_seconds: number;
}

export interface GuardJson {
  guard: string;
  /** null: not known yet. */
  value: number | null;
  limit: number;
  bound: 'least' | 'most';
  broken: boolean;
}

export interface RolloutStepJson {
  step: RolloutStep;
  at: string;
  actor: string;
  actor_kind: 'human' | 'automation' | 'unknown';
  reason: string;
  override_reason: string | null;
  losses: Simulation['critical_losses'];
  broken: GuardJson[];
}

export interface RolloutJson {
  id: string;
  step: RolloutStep;
  since: string;
  /** It changes a tiers file that is no more. */
  superseded: boolean;
  revision: string;
  diff: string;
  prediction: { kept_share_before: number; kept_share: number; cost_per_month_before: number; cost_per_month: number };
  override_reason: string | null;
  canary_share: number | null;
  guards: GuardJson[] | null;
  /** What may follow, and not before when. */
  next: { step: RolloutStep; from: string }[];
  steps: RolloutStepJson[];
}

/** Why something is to happen. */
export interface Because {
  reason: string;
  overrideReason?: string;
}

/** `/sampling` of the processor, through Grafana's data source proxy. Every method throws `ApiError`. */
export interface SamplingClient {
  overview(signal?: AbortSignal): Promise<SamplingOverview>;
  assets(params: { cursor?: string; limit?: number }, signal?: AbortSignal): Promise<Page<TierRow>>;
  /** Over the last day. `pareto`: with the curve, which takes longer. */
  simulate(candidate: Candidate, options: { pareto: boolean }, signal?: AbortSignal): Promise<SimulationAnswer>;
  /** The latest first. */
  rollouts(signal?: AbortSignal): Promise<Page<RolloutJson>>;
  propose(candidate: Candidate, because: Because): Promise<RolloutJson>;
  step(step: RolloutStep, rolloutId: string, because: Because): Promise<RolloutJson>;
}

export function createSamplingClient(dataSourceUid: string): SamplingClient {
  const base = `/api/datasources/proxy/uid/${encodeURIComponent(dataSourceUid)}/v1/sampling`;
  const because = ({ reason, overrideReason }: Because) => ({
    reason,
    actor: config.bootData.user.login || 'grafana',
    ...(overrideReason !== undefined && { override_reason: overrideReason }),
  });
  return {
    overview: (signal) => ask(base, { signal }),
    assets: (params, signal) => ask(`${base}/assets`, { params, signal }),
    simulate: (candidate, { pareto }, signal) => ask(`${base}/simulations`, { data: { ...candidate, pareto }, signal }),
    rollouts: (signal) => ask(`${base}/rollouts`, { signal }),
    propose: (candidate, why) => ask(`${base}/rollouts`, { data: { ...candidate, ...because(why) } }),
    step: (step, rolloutId, why) =>
      ask(`${base}/rollouts/${step}`, { data: { rollout_id: rolloutId, ...because(why) } }),
  };
}

interface Question {
  params?: Record<string, string | number>;
  /** Asked by POST. */
  data?: object;
  signal?: AbortSignal | undefined;
}

/** One answer; unsubscribing on abort cancels the request. */
function ask<T>(url: string, { params, data, signal }: Question): Promise<T> {
  const method = data === undefined ? 'GET' : 'POST';
  const quiet = { showErrorAlert: false, showSuccessAlert: false };
  return new Promise((resolve, reject) => {
    const subscription = getBackendSrv()
      .fetch<T>({ url, method, ...quiet, ...(params && { params }), ...(data && { data }) })
      .subscribe({ next: (answer) => resolve(answer.data), error: (error: unknown) => reject(toApiError(error)) });
    signal?.addEventListener('abort', () => {
      subscription.unsubscribe();
      reject(signal.reason);
    });
  });
}
