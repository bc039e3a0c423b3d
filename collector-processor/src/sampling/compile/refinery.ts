import { SENDER_ATTRIBUTES, type TIERS } from '@cnapp-slo/model';
import { type CompileInput, runsOf } from './input.ts';

/**
 * Tiers as Honeycomb Refinery's rules (version 2). It samples whole traces at 1 of N by chance: shares are rounded to that, and are
 * not those of the same traces as elsewhere. A rule's own rate, as a deterministic sampler below a rule is not valid in every 2.x.
 */
export function compileRefinery({ policy, matches, fallback }: CompileInput): unknown {
  const rate = (tier: (typeof TIERS)[number]): number => Math.max(1, Math.round(1 / policy.probability[tier]));
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
              SampleRate: rate(tier),
            })),
            { Name: `${fallback} (all others)`, SampleRate: rate(fallback) },
          ],
        },
      },
    },
  };
}
