import type { SliDefinition } from '../sli.ts';

/** SLI-DEFINITIONS 4. */
export const definition: SliDefinition = {
  id: 'ci-gate-failures',
  code: 'M4',
  title: 'Failed CI security gates',
  description:
    'Share of changes whose final verdict has a failed enforced gate. Lower is not better by itself: see gate coverage and the escape rate.',
  unit: '1',
  direction: 'lower_is_better',
  objective: 0.98,
  counts: 'changes',
  counting: 'members',
  defaultWindow: '28d',
  needs: ['change'],
  minimumCoverage: 0.9,
  version: 'm4.v1',
  exclusions: {
    gate_error: 'its enforced gates failed to run, timed out or were skipped: neither pass nor fail',
    not_enforced: 'only advisory gates looked at it',
    no_gate: 'no gate looked at it, though it went to a protected branch',
  },
  companions: {
    would_block_rate: 'share of changes with a failed advisory gate, of those with an advisory verdict',
    override_rate: 'share of failed changes that somebody let through',
    gate_coverage: 'changes with an enforced verdict / changes to protected branches',
    gate_error_rate: 'enforced gates without a verdict / enforced gates asked',
    gate_p95_seconds: '95th percentile of gate run times',
    escape_rate: 'share of production findings (high and critical) whose rule a gate enforced before they came',
    checked_before_deploy: 'critical changes (c0, c1) that had passed all gates when deployed / deployed',
  },
};
