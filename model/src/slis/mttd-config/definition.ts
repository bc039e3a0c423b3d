import type { SliDefinition } from '../sli.ts';

/** SLI-DEFINITIONS 1. */
export const definition: SliDefinition = {
  id: 'mttd-config',
  code: 'M1',
  title: 'MTTD risky configuration',
  description:
    'Mean time from the change that made a configuration risky to the first FAIL of a detector, for high and critical findings.',
  unit: 's',
  direction: 'lower_is_better',
  objective: 0.95,
  counts: 'episodes by the hour that detection may take',
  counting: 'decided',
  defaultWindow: '28d',
  needs: ['posture', 'change'],
  minimumCoverage: 0.9,
  version: 'm1.v1',
  exclusions: {
    baseline: 'part of the first snapshot of its scope, with no known change',
    no_start_clock: 'no change and no earlier PASS is known that could have started it',
    rule_enabled: 'found because the rule was switched on, not because the asset changed (M1r)',
    advisory_published: 'found because an advisory was published, not because the asset changed (M1r)',
    false_positive: 'labelled a false positive',
    duplicate: 'labelled a duplicate',
    skew_rejected: 'the detection precedes the change by more than five minutes: clocks cannot be trusted',
  },
  companions: {
    exact_start_share: {
      title: 'With an exact start',
      unit: '1',
      description: 'share of episodes whose causing change is exactly known',
    },
    source_lag: {
      title: 'Source lag, not ours',
      unit: 's',
      description: 'mean seconds from the change to its first evidence (M1c, not ours)',
    },
    pipeline_lag: {
      title: 'Lag that is ours',
      unit: 's',
      description: 'mean seconds from that evidence to the detection (M1b, ours)',
    },
    skew_clamped: {
      title: 'Clock skew set to 0',
      unit: 'count',
      description: 'detections stamped up to five minutes before their change: counted as 0 s',
    },
    other_triggers_mean: {
      title: 'Mean for other triggers',
      unit: 's',
      description: 'mean seconds for advisories and newly enabled rules, from their publication (M1r)',
    },
    other_triggers: { title: 'Other triggers', unit: 'count', description: 'episodes in that mean' },
  },
};

/** Seconds from change to detection that the objective allows. */
export const DEADLINE_SECONDS = 3600;
