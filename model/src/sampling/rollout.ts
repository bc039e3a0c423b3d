import type { Fact } from '../domain/fact.ts';
import type { RolloutPrediction, RolloutStep, SamplingRollout } from '../domain/sampling-rollout.ts';
import type { SamplingPolicy } from './policy.ts';

/** All that was said of one change. */
export interface RolloutRecord {
  tenant: string;
  id: string;
  /** By event time, then fact id. */
  steps: (SamplingRollout & { factId: string })[];
}

export function mergeRollout(known: RolloutRecord | undefined, { body, id: factId, tenant }: Fact): RolloutRecord {
  if (body.kind !== 'sampling_rollout') throw new Error(`${body.kind} changes no tiers`);
  const steps = [...(known?.steps ?? []), { ...body, factId }];
  steps.sort((a, b) => a.atMs - b.atMs || (a.factId < b.factId ? -1 : 1));
  return { tenant, id: body.rolloutId, steps };
}

const NEXT: Readonly<Record<RolloutStep, readonly RolloutStep[]>> = {
  proposed: ['shadow', 'reverted'],
  shadow: ['canary', 'reverted'],
  canary: ['enforced', 'reverted'],
  enforced: ['reverted'],
  reverted: [],
};

/** The steps that may follow. */
export function nextSteps(step: RolloutStep): readonly RolloutStep[] {
  return NEXT[step];
}

export interface RolloutState {
  id: string;
  step: RolloutStep;
  sinceMs: number;
  policy: SamplingPolicy;
  fileRevision: string;
  diff: string;
  prediction: RolloutPrediction;
  overrideReason: string | null;
  /** Of the senders; null: not on canary. */
  share: number | null;
  sliRatios: Readonly<Record<string, number>>;
  /** Those that counted, in their order. */
  steps: readonly RolloutRecord['steps'][number][];
}

/** A change as it stands; steps that could not follow are passed over. Null: it was never proposed. */
export function rolloutState({ id, steps }: RolloutRecord): RolloutState | null {
  let state: RolloutState | null = null;
  for (const said of steps) {
    const { step, policy, fileRevision, prediction, overrideReason } = said;
    if (state === null) {
      if (step !== 'proposed' || !policy || fileRevision === undefined || !prediction) continue;
      const given = { policy, fileRevision, prediction, diff: said.diff ?? '', overrideReason: overrideReason ?? null };
      state = { id, step, sinceMs: said.atMs, ...given, share: null, sliRatios: {}, steps: [said] };
      continue;
    }
    if (!NEXT[state.step].includes(step)) continue;
    state = {
      ...state,
      step,
      sinceMs: said.atMs,
      overrideReason: overrideReason ?? state.overrideReason,
      share: step === 'canary' ? (said.share ?? null) : null,
      sliRatios: said.sliRatios ?? state.sliRatios,
      steps: [...state.steps, said],
    };
  }
  return state;
}

/** What decides now: the policy that stands, and one that is on trial beside it. */
export interface RolloutPlan {
  standing: SamplingPolicy;
  /** Enforced changes stand; null: the file does. */
  enforced: RolloutState | null;
  /** Proposed, in shadow or on canary; at most one is. */
  open: RolloutState | null;
}

/**
 * The plan of a tiers file and what was said of changes to it. A change speaks of the file of its time: with another revision the file
 * stands alone.
 */
export function planOf(file: SamplingPolicy, records: Iterable<RolloutRecord>): RolloutPlan {
  const states = [...records]
    .flatMap((record) => rolloutState(record) ?? [])
    .filter(({ fileRevision }) => fileRevision === file.revision)
    .sort((a, b) => a.sinceMs - b.sinceMs);
  const enforced = states.findLast(({ step }) => step === 'enforced') ?? null;
  const open = states.findLast(({ step }) => step !== 'enforced' && step !== 'reverted') ?? null;
  return { standing: enforced?.policy ?? file, enforced, open };
}
