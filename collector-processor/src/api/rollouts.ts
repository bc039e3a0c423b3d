import type { GuardResult, RolloutStep } from '@cnapp-slo/model';
import { ROLLOUT_STEPS } from '@cnapp-slo/model';
import type { FastifyInstance } from 'fastify';
import { actorOf } from './inputs.ts';
import { ApiProblem, notFound } from './problem.ts';
import { type CandidateBody, candidateOf, candidateProperties, unsimulated } from './sampling-candidate.ts';
import type { Because, RolloutOutcome, RolloutPort, RolloutRefusal, RolloutView } from './sampling-port.ts';
import { answers } from './schemas.ts';
import type { Caller } from './tokens.ts';

interface BecauseBody {
  reason: string;
  override_reason?: string;
  actor?: string;
}

const reason = { type: 'string', minLength: 1, maxLength: 2000, pattern: '\\S' };
const because = {
  reason,
  override_reason: { ...reason, description: 'why true detections on c0 and c1 assets may be lost' },
  actor: { type: 'string', maxLength: 200, description: 'taken only where no tokens are configured' },
};
const body = (required: string[], properties: object) => ({
  type: 'object',
  required: [...required, 'reason'],
  properties: { ...because, ...properties },
  additionalProperties: false,
});
const steps = ROLLOUT_STEPS.filter((step) => step !== 'proposed');

/**
 * `/sampling/rollouts`: changes of the tiers, who asked for them and how far they are. Each step has an address of its own, so that a
 * proxy can ask for another role. Tiers are everybody's: only who may see every tenant changes them.
 */
export function addRolloutRoutes(app: FastifyInstance, port: RolloutPort): void {
  app.get(
    '/sampling/rollouts',
    {
      config: { permission: 'read' },
      schema: {
        tags: ['sampling'],
        summary: 'Changes of the tiers, the latest first, with their guards',
        response: answers('RolloutPage'),
      },
    },
    ({ caller }) => {
      ofAllTenants(caller);
      return { items: port.rollouts().map(rolloutJson), next_cursor: null };
    },
  );

  app.post<{ Body: BecauseBody & CandidateBody }>(
    '/sampling/rollouts',
    {
      config: { permission: 'write' },
      schema: {
        tags: ['sampling'],
        summary: 'Propose a change of the tiers',
        body: body([], candidateProperties),
        response: answers('Rollout', 201),
      },
    },
    async ({ body: asked, caller }, reply) => {
      ofAllTenants(caller);
      const outcome = await port.propose(candidateOf(asked), becauseOf(asked), actorOf(caller, asked.actor));
      if (outcome === 'no_change') throw new ApiProblem(422, 'no_change', 'that is what the tiers say already');
      if (outcome === null || outcome === 'too_little') throw unsimulated(outcome);
      reply.code(201);
      return taken(outcome, 'new');
    },
  );

  for (const step of steps) {
    app.post<{ Body: BecauseBody & { rollout_id: string } }>(
      `/sampling/rollouts/${step}`,
      {
        config: { permission: 'write' },
        schema: {
          tags: ['sampling'],
          summary: SUMMARY[step],
          body: body(['rollout_id'], { rollout_id: { type: 'string', minLength: 1, maxLength: 100 } }),
          response: answers('Rollout'),
        },
      },
      async ({ body: asked, caller }) => {
        ofAllTenants(caller);
        const { rollout_id: id, actor } = asked;
        return taken(await port.step(id, step, becauseOf(asked), actorOf(caller, actor)), id);
      },
    );
  }
}

const SUMMARY: Record<Exclude<RolloutStep, 'proposed'>, string> = {
  shadow: 'Decide and count by the proposed tiers, and drop nothing by them',
  canary: 'Apply them to a share of the senders',
  enforced: 'Apply them to all',
  reverted: 'Take the change back, wherever it is',
};

const REFUSED: Record<RolloutRefusal, [status: number, code: string, detail: string]> = {
  open: [409, 'rollout_open', 'another change is under way: enforce it or take it back first'],
  unknown: [404, 'not_found', 'no such change, or it speaks of a tiers file that is no more'],
  no_such_step: [409, 'no_such_step', 'that step cannot follow'],
  too_early: [409, 'too_early', 'it has not been there for long enough: see next[].from'],
  override_needed: [
    422,
    'override_needed',
    'true detections on c0 or c1 assets may leave no trace: say in override_reason why that is acceptable',
  ],
};

function taken(outcome: RolloutOutcome, id: string) {
  if (outcome.status === 'ok') return rolloutJson(outcome.view);
  if (outcome.code === 'unknown') throw notFound('rollout', id);
  throw new ApiProblem(...REFUSED[outcome.code]);
}

function ofAllTenants(caller: Caller): void {
  if (caller.tenants !== '*')
    throw new ApiProblem(403, 'tenant_forbidden', `the token "${caller.name}" has some tenants; tiers are of all`);
}

function becauseOf({ reason: why, override_reason: overrideReason }: BecauseBody): Because {
  return { reason: why, ...(overrideReason !== undefined && { overrideReason }) };
}

const iso = (ms: number): string => new Date(ms).toISOString();

function guardJson({ isBroken, ...rest }: GuardResult) {
  return { ...rest, broken: isBroken };
}

function rolloutJson({ state, guards, next, isSuperseded }: RolloutView) {
  const { policy, prediction, steps: said } = state;
  return {
    id: state.id,
    step: state.step,
    since: iso(state.sinceMs),
    superseded: isSuperseded,
    revision: policy.revision,
    file_revision: state.fileRevision,
    probability: policy.probability,
    heavy_items: policy.heavyItems,
    whole: policy.whole,
    diff: state.diff,
    prediction: {
      kept_share_before: prediction.keptShareBefore,
      kept_share: prediction.keptShare,
      cost_per_month_before: prediction.costPerMonthBefore,
      cost_per_month: prediction.costPerMonth,
      critical_recall: prediction.criticalRecall,
    },
    override_reason: state.overrideReason,
    canary_share: state.share,
    guards: guards?.map(guardJson) ?? null,
    next: next.map(({ step, fromMs }) => ({ step, from: iso(fromMs) })),
    steps: said.map(({ step, atMs, actor, reason: why, overrideReason, losses, broken, factId }) => ({
      step,
      at: iso(atMs),
      actor: actor.id,
      actor_kind: actor.kind,
      reason: why,
      override_reason: overrideReason ?? null,
      losses: losses ?? [],
      broken: (broken ?? []).map(guardJson),
      fact_id: factId,
    })),
  };
}
