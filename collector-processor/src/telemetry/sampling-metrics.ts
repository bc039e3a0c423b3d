import type { GuardResult, RolloutState } from '@cnapp-slo/model';
import { ROLLOUT_STEPS } from '@cnapp-slo/model';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { Logger } from './logger.ts';

/** What the sampler counts, in the registry of the process. */
export function samplingMetrics(registry: Registry, log: Pick<Logger, 'info' | 'warn'>) {
  const registers = [registry];
  const records = new Counter({
    name: 'cnapp_sampling_records_total',
    help: 'Log records and spans by what sampling decided, and by tier.',
    labelNames: ['outcome', 'tier'],
    registers,
  });
  const bytes = new Counter({
    name: 'cnapp_sampling_bytes_total',
    help: 'Bytes of log records and spans by what sampling decided, and by tier.',
    labelNames: ['outcome', 'tier'],
    registers,
  });
  const shipments = new Counter({
    name: 'cnapp_sampling_shipments_total',
    help: 'Requests of the sampled stream by what became of them; a retried one comes again.',
    labelNames: ['outcome'],
    registers,
  });
  const promotions = new Counter({
    name: 'cnapp_sampling_promotions_total',
    help: 'Assets that were raised to T0 for a time.',
    registers,
  });
  const steps = new Counter({
    name: 'cnapp_sampling_rollout_steps_total',
    help: 'Steps of changes of the sampling tiers; reverted by automation: a guard was broken.',
    labelNames: ['step', 'by'],
    registers,
  });
  for (const step of ROLLOUT_STEPS) for (const by of ['human', 'automation', 'unknown']) steps.inc({ step, by }, 0);
  const guards = new Gauge({
    name: 'cnapp_sampling_guard_broken',
    help: '1: a guard of a change of the sampling tiers is broken, and the change is taken back.',
    labelNames: ['guard'],
    registers,
  });
  return {
    records(outcome: string, tier: string, count: number, size: number): void {
      records.inc({ outcome, tier }, count);
      bytes.inc({ outcome, tier }, size);
    },
    shipments(outcome: string): void {
      shipments.inc({ outcome });
    },
    promoted(assets: number): void {
      promotions.inc(assets);
    },
    stepped({ id, step, steps: said, policy }: RolloutState): void {
      const { actor, reason } = said.at(-1) ?? { actor: { id: 'unknown', kind: 'unknown' }, reason: '' };
      steps.inc({ step, by: actor.kind });
      const isTakenBack = step === 'reverted' && actor.kind === 'automation';
      log[isTakenBack ? 'warn' : 'info']('sampling tiers', {
        rollout: id,
        step,
        revision: policy.revision,
        actor: actor.id,
        reason,
      });
    },
    guarded(results: readonly GuardResult[]): void {
      guards.reset();
      for (const { guard, isBroken } of results) guards.set({ guard }, isBroken ? 1 : 0);
    },
  };
}
