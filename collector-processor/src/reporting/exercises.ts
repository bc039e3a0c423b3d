import type { Actor, ExercisePlan, ExercisePort, ExerciseView, NowMs } from '@cnapp-slo/model';
import { exerciseSeconds, exerciseTenant, probedTechniques } from '@cnapp-slo/model';
import type { Processor } from '../pipeline/processor.ts';

/** Detection exercises: planned before their events are injected, so that what is not detected is known as missed. */
export class Exercises implements ExercisePort {
  readonly #processor: Processor;
  readonly #now: NowMs;

  constructor(processor: Processor, now: NowMs) {
    this.#processor = processor;
    this.#now = now;
  }

  /** Durable when it resolves. An id that is planned already keeps its plan. */
  async plan(plan: Omit<ExercisePlan, 'kind' | 'actor'>, actor: Actor, tenant: string): Promise<void> {
    await this.#processor.declare({ kind: 'exercise', ...plan, actor }, tenant);
  }

  /** null: no exercise of that tenant has the id. */
  get(id: string, tenant: string): ExerciseView | null {
    const facts = this.#processor.estate.facts();
    const record = facts.exercises.find((one) => one.plan.exerciseId === id && one.tenant === exerciseTenant(tenant));
    if (!record) return null;
    const { plan } = record;
    const withinSeconds = exerciseSeconds(plan);
    return {
      id,
      atMs: plan.atMs,
      withinSeconds,
      isOver: this.#now() > plan.atMs + withinSeconds * 1000,
      techniques: probedTechniques(record, facts.exerciseEpisodes).map(({ technique, afterMs, view }) => ({
        technique,
        detectedMs: afterMs === null ? null : plan.atMs + afterMs,
        findingId: view?.finding.id ?? null,
      })),
    };
  }
}
