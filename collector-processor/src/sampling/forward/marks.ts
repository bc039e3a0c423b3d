import {
  encodeThreshold,
  parseTraceState,
  serializeTraceState,
  TIER_RULES,
  withoutThreshold,
  withThreshold,
} from '@cnapp-slo/model';
import type { Fate, Summary } from '../fate.ts';

/** Attributes that a sampler sets; those that arrive are replaced. */
export const MARKS = [
  'sampling.threshold',
  'sampling.randomness',
  'cnapp.sampling.tier',
  'cnapp.sampling.policy',
  'cnapp.sampling.config_rev',
];

/** What a kept log record says of its sampling; the probability that was applied stays with it. */
export function logMarks({ threshold, randomness, tier, policy, revision }: Fate): [string, string][] {
  return [
    ...(threshold === null ? [] : [['sampling.threshold', encodeThreshold(threshold)] satisfies [string, string]]),
    ...(randomness === null ? [] : [['sampling.randomness', randomness] satisfies [string, string]]),
    ...sharedMarks(tier, policy, revision),
  ];
}

/** The same of a span, whose threshold is in its tracestate. */
export function spanMarks({ tier, policy, revision }: Fate): [string, string][] {
  return sharedMarks(tier, policy, revision);
}

function sharedMarks(tier: Fate['tier'], policy: Fate['policy'], revision: string): [string, string][] {
  return [
    ...(tier === null ? [] : [['cnapp.sampling.tier', tier] satisfies [string, string]]),
    ['cnapp.sampling.policy', policy === 'tier' ? TIER_RULES : policy],
    ['cnapp.sampling.config_rev', revision],
  ];
}

/** A span's tracestate with the threshold that was applied; one that cannot be read is left alone. */
export function markedTraceState(text: string, { threshold }: Fate): string {
  const { state, errors } = parseTraceState(text);
  if (errors.length > 0) return text;
  const ot = threshold === null ? withoutThreshold(state.ot) : withThreshold(state.ot, threshold);
  return serializeTraceState({ ...state, ot: ot ?? state.ot });
}

/** What stands for the records of a summary: an exact count. */
export function summaryMarks({ template, unit, count, bytes }: Summary, revision: string): [string, string | number][] {
  return [
    ['cnapp.sampling.summary.template', template],
    ['cnapp.sampling.summary.unit', unit],
    ['cnapp.sampling.summary.count', count],
    ['cnapp.sampling.summary.bytes', bytes],
    ['sampling.threshold', '0'],
    ['cnapp.sampling.policy', 'summary'],
    ['cnapp.sampling.config_rev', revision],
  ];
}

export const SUMMARY_BODY = 'cnapp.sampling.summary';
