import { SENDER_ATTRIBUTES, type TIERS } from '@cnapp-slo/model';
import { type CompileInput, runsOf } from './input.ts';

/**
 * Tiers as Honeycomb Refinery's rules (version 2). It samples whole traces at 1 of N by a hash of its own: shares are rounded to
 * that, and are not those of the same traces as elsewhere.
 */
export function compileRefinery({ policy, matches, fallback }: CompileInput): unknown {
  const rate = (tier: (typeof TIERS)[number]): number => Math.max(1, Math.round(1 / policy.probability[tier]));
  const sampler = (tier: (typeof TIERS)[number]) =>
    rate(tier) === 1 ? { SampleRate: 1 } : { Sampler: { DeterministicSampler: { SampleRate: rate(tier) } } };
  return {
    RulesVersion: 2,
    Samplers: {
      __default__: {
        RulesBasedSampler: {
          Rules: [
            {
              Name: 'never_drop',
              SampleRate: 1,
              Conditions: [{ Field: 'cnapp.exercise', Operator: '=', Value: true, Datatype: 'bool' }],
            },
            ...runsOf(matches).map(({ pattern, tier }, index) => ({
              Name: `${tier} (${index + 1})`,
              Conditions: [{ Fields: SENDER_ATTRIBUTES, Operator: 'matches', Value: `^(?:${pattern})$` }],
              ...sampler(tier),
            })),
            { Name: `${fallback} (all others)`, ...sampler(fallback) },
          ],
        },
      },
    },
  };
}
