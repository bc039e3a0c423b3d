import type { Tier } from '@cnapp-slo/model';
import { TIERS } from '@cnapp-slo/model';
import { ApiProblem } from './problem.ts';

/** A change of the tiers in a request's body. What is left out stays. */
export interface CandidateBody {
  probability?: Partial<Record<Tier, number>>;
  heavy_items?: number;
  budget_share?: number;
  whole?: Tier[];
}

/** A change that somebody thinks about, as the desk takes it. */
export interface CandidateChange {
  probability?: Partial<Record<Tier, number>>;
  heavyItems?: number;
  budgetShare?: number;
  whole?: Tier[];
  withoutPareto?: boolean;
}

const probability = { type: 'number', exclusiveMinimum: 0, maximum: 1 };

/** Of the body's schema. */
export const candidateProperties = {
  probability: {
    type: 'object',
    properties: Object.fromEntries(TIERS.map((tier) => [tier, probability])),
    additionalProperties: false,
  },
  heavy_items: { type: 'integer', minimum: 1 },
  budget_share: { ...probability, description: 'the best probabilities for this share of the bytes' },
  whole: { type: 'array', items: { type: 'string', enum: TIERS } },
};

export function candidateOf({
  heavy_items: heavyItems,
  budget_share: budgetShare,
  probability: shares,
  whole,
}: CandidateBody): CandidateChange {
  return {
    ...(shares && { probability: shares }),
    ...(heavyItems !== undefined && { heavyItems }),
    ...(budgetShare !== undefined && { budgetShare }),
    ...(whole && { whole }),
  };
}

/** Why there is no simulation. */
export function unsimulated(why: null | 'too_little'): ApiProblem {
  return why === null
    ? new ApiProblem(409, 'nothing_recorded', 'set sampling.mode to shadow, and wait for telemetry')
    : new ApiProblem(422, 'budget_too_small', 'what must be kept is more than this share of the bytes');
}
