import { randomBytes } from 'node:crypto';
import type {
  Actor,
  DecidedItem,
  GuardResult,
  RolloutPlan,
  RolloutPrediction,
  RolloutState,
  RolloutStep,
  SamplingPolicy,
  SamplingRollout,
  SamplingSources,
} from '@cnapp-slo/model';
import { guardResult, guardsOf, nextSteps, planOf, rolloutState } from '@cnapp-slo/model';
import type { RecordedRange } from './recorder.ts';
import type { SamplingConfig } from './service-config.ts';

/** A change that somebody asks for, with what was predicted of it. */
export interface Proposal {
  policy: SamplingPolicy;
  diff: string;
  prediction: RolloutPrediction;
  /** True detections on c0 and c1 that it makes less likely to leave a trace. */
  losses: { phase: string; asset: string; chance: number }[];
  reason: string;
  overrideReason?: string;
}

export interface RolloutView {
  state: RolloutState;
  /** Null: they were not looked at yet, or there is nothing to watch. */
  guards: readonly GuardResult[] | null;
  /** Steps that may follow, with when they may at the earliest. */
  next: { step: RolloutStep; fromMs: number }[];
  /** The file has another revision by now: it speaks of what is no more. */
  isSuperseded: boolean;
}

export type RolloutRefusal = {
  status: 'refused';
  code: 'open' | 'unknown' | 'no_such_step' | 'too_early' | 'override_needed';
};
export type RolloutOutcome = { status: 'ok'; view: RolloutView } | RolloutRefusal;

export interface RolloutSettings {
  config: SamplingConfig;
  sources: Pick<SamplingSources, 'rollouts' | 'tell' | 'sliRatio' | 'nowMs'>;
  /** What was decided lately. */
  decided(range: RecordedRange): DecidedItem[];
  /** From now on this decides. */
  apply(plan: RolloutPlan): void;
  /** It happened. */
  stepped(rollout: RolloutState): void;
  /** Guards were looked at. */
  guarded(results: readonly GuardResult[]): void;
}

const GUARD: Actor = { id: 'guard', kind: 'automation' };

/** Changes of the tiers on their way from a proposal to all telemetry, and back. What is said of them are facts: they survive a crash. */
export class Rollouts {
  readonly #settings: RolloutSettings;
  /** By change. */
  #guards = new Map<string, readonly GuardResult[]>();
  /** One step at a time. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(settings: RolloutSettings) {
    this.#settings = settings;
  }

  get plan(): RolloutPlan {
    return planOf(this.#settings.config.tiers.policy, this.#settings.sources.rollouts());
  }

  /** Goes on where the facts end. */
  resume(): void {
    this.#settings.apply(this.plan);
  }

  /** The latest first. */
  list(): RolloutView[] {
    return [...this.#settings.sources.rollouts()]
      .flatMap((record) => rolloutState(record) ?? [])
      .sort((a, b) => (b.steps[0]?.atMs ?? 0) - (a.steps[0]?.atMs ?? 0))
      .map((state) => this.#view(state));
  }

  propose(proposal: Proposal, actor: Actor): Promise<RolloutOutcome> {
    return this.#inTurn(async () => {
      if (this.plan.open) return refused('open');
      const { losses, overrideReason, policy, ...rest } = proposal;
      if (losses.length > 0 && overrideReason === undefined) return refused('override_needed');
      const rolloutId = randomBytes(6).toString('hex');
      const { revision } = this.#settings.config.tiers.policy;
      return this.#tell({
        ...rest,
        rolloutId,
        step: 'proposed',
        policy: { ...policy, revision: `${revision}+${rolloutId}` },
        fileRevision: revision,
        ...(overrideReason !== undefined && { overrideReason, losses }),
        actor,
      });
    });
  }

  /** `losses`: what the window of now says of it; a step ahead needs an override for them, too. */
  step(
    id: string,
    step: RolloutStep,
    { reason, overrideReason }: { reason: string; overrideReason?: string },
    losses: Proposal['losses'],
    actor: Actor,
  ): Promise<RolloutOutcome> {
    return this.#inTurn(async () => {
      const state = this.#state(id);
      if (!state || this.#isSuperseded(state)) return refused('unknown');
      const next = this.#next(state).find((one) => one.step === step);
      if (!next) return refused('no_such_step');
      if (this.#settings.sources.nowMs() < next.fromMs) return refused('too_early');
      const isOverridden = overrideReason !== undefined || state.overrideReason !== null;
      if (step !== 'reverted' && losses.length > 0 && !isOverridden) return refused('override_needed');
      return this.#tell({
        rolloutId: id,
        step,
        reason,
        ...(overrideReason !== undefined && { overrideReason, losses }),
        ...(step === 'canary' && { share: this.#settings.config.rollout.canary_share }),
        ...(step !== 'reverted' && { sliRatios: this.#sliRatios() }),
        actor,
      });
    });
  }

  /** Looks at the guards of what is under way or stands, and takes it back where one is broken. */
  check(): Promise<void> {
    return this.#inTurn(async () => {
      const { open, enforced } = this.plan;
      const watched = [open, enforced].filter((one) => one !== null).filter(({ step }) => step !== 'proposed');
      this.#guards = new Map(watched.map((state) => [state.id, this.#measure(state)]));
      this.#settings.guarded([...this.#guards.values()].flat());
      for (const [rolloutId, results] of this.#guards) {
        const broken = results.filter(({ isBroken }) => isBroken);
        const told = broken.map(
          ({ guard, value, bound, limit }) => `${guard} ${rounded(value)}, at ${bound} ${rounded(limit)}`,
        );
        if (broken.length > 0)
          await this.#tell({ rolloutId, step: 'reverted', reason: told.join('; '), broken, actor: GUARD });
      }
    });
  }

  #measure(state: RolloutState): GuardResult[] {
    const { config, sources, decided } = this.#settings;
    const { guards } = config.rollout;
    const fromMs = Math.max(state.sinceMs, sources.nowMs() - guards.window_seconds * 1000);
    const isShadow = state.step === 'shadow';
    // A canary's senders alone say how the change does; in shadow all of them do.
    const items = decided({ fromMs, ...(!isShadow && { revision: state.policy.revision }) });
    const limits = {
      keptShareOff: guards.kept_share_off,
      sliError: guards.sli_error,
      leastEvents: guards.least_events,
      recallOff: guards.recall_off,
    };
    const recallExpected = state.overrideReason === null ? null : (state.prediction.criticalRecall ?? 0);
    const change = { before: this.#before(state), after: state.policy, of: isShadow ? 'shadow' : 'decided' } as const;
    const slis = Object.entries(guards.sli_ratio_drop).map(([id, drop]) => {
      const first = state.sliRatios[id];
      const now = sources.sliRatio(id);
      const fallen = first === undefined || now === null ? null : Math.max(0, first - now);
      return guardResult(`sli:${id}`, fallen, 'most', drop);
    });
    return [...guardsOf(items, { ...change, recallExpected }, limits), ...slis];
  }

  /** What stood when the change was proposed. */
  #before({ id }: RolloutState): SamplingPolicy {
    const { config, sources } = this.#settings;
    const others = [...sources.rollouts()].filter((record) => record.id !== id);
    return planOf(config.tiers.policy, others).standing;
  }

  #sliRatios(): Record<string, number> {
    const { config, sources } = this.#settings;
    const ratios = Object.keys(config.rollout.guards.sli_ratio_drop).map((id) => [id, sources.sliRatio(id)] as const);
    return Object.fromEntries(ratios.filter((entry): entry is [string, number] => entry[1] !== null));
  }

  #state(id: string): RolloutState | null {
    const record = [...this.#settings.sources.rollouts()].find((one) => one.id === id);
    return record ? rolloutState(record) : null;
  }

  #isSuperseded({ fileRevision }: RolloutState): boolean {
    return fileRevision !== this.#settings.config.tiers.policy.revision;
  }

  #next({ step, sinceMs }: RolloutState): RolloutView['next'] {
    const { shadow_seconds: shadow, canary_seconds: canary } = this.#settings.config.rollout;
    const held = step === 'shadow' ? shadow : step === 'canary' ? canary : 0;
    return nextSteps(step).map((next) => ({
      step: next,
      fromMs: next === 'reverted' ? sinceMs : sinceMs + held * 1000,
    }));
  }

  #view(state: RolloutState): RolloutView {
    const isSuperseded = this.#isSuperseded(state);
    return {
      state,
      guards: this.#guards.get(state.id) ?? null,
      next: isSuperseded ? [] : this.#next(state),
      isSuperseded,
    };
  }

  async #tell(said: Omit<SamplingRollout, 'kind' | 'atMs'>): Promise<RolloutOutcome> {
    const { sources, apply, stepped } = this.#settings;
    // Steps are told apart by their time.
    const before = this.#state(said.rolloutId)?.sinceMs ?? 0;
    await sources.tell({ kind: 'sampling_rollout', ...said, atMs: Math.max(sources.nowMs(), before + 1) });
    const state = this.#state(said.rolloutId);
    if (!state) throw new Error(`no such change of the tiers: ${said.rolloutId}`);
    this.#guards.delete(said.rolloutId);
    apply(this.plan);
    stepped(state);
    return { status: 'ok', view: this.#view(state) };
  }

  #inTurn<T>(step: () => Promise<T>): Promise<T> {
    const result = this.#last.then(step);
    this.#last = result.catch(() => {});
    return result;
  }
}

function rounded(value: number | null): number {
  return Number((value ?? 0).toPrecision(3));
}

function refused(code: RolloutRefusal['code']): RolloutRefusal {
  return { status: 'refused', code };
}
