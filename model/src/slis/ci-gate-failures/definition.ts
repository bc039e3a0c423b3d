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
    would_block_rate: {
      title: 'Would have been blocked',
      unit: '1',
      description: 'share of changes with a failed advisory gate, of those with an advisory verdict',
    },
    override_rate: { title: 'Overridden', unit: '1', description: 'share of failed changes that somebody let through' },
    gate_coverage: {
      title: 'Gate coverage',
      unit: '1',
      description: 'changes with an enforced verdict / changes to protected branches',
    },
    gate_error_rate: {
      title: 'Gates without a verdict',
      unit: '1',
      description: 'enforced gates without a verdict / enforced gates asked',
    },
    gate_p95_seconds: { title: 'Gate run time, p95', unit: 's', description: '95th percentile of gate run times' },
    escape_rate: {
      title: 'Escaped the gates',
      unit: '1',
      description: 'share of production findings (high and critical) whose rule a gate enforced before they came',
    },
    checked_before_deploy: {
      title: 'Checked before deployment',
      unit: '1',
      description: 'critical changes (c0, c1) that had passed all gates when deployed / deployed',
    },
  },
};
