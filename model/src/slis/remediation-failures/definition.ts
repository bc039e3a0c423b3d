import type { SliDefinition } from '../sli.ts';

/** SLI-DEFINITIONS 11, F4. */
export const definition: SliDefinition = {
  id: 'remediation-failures',
  code: 'F4',
  title: 'Remediation failures',
  description:
    'Share of the attempted remediation actions that failed, or are stuck for more than twice the usual time.',
  unit: '1',
  direction: 'lower_is_better',
  objective: null,
  counts: 'attempted actions',
  counting: 'none',
  defaultWindow: '28d',
  needs: [],
  minimumCoverage: 0,
  version: 'f4.v1',
  exclusions: {
    denied: 'somebody denied it: it was not attempted',
  },
  companions: {
    permission: 'failed for want of permission',
    conflict: 'failed because something else had changed',
    timeout: 'failed in time',
    verify_failed: 'failed its verification',
    other: 'failed, and nobody said why',
    stuck: 'still running after twice the 95th percentile of those that ended',
    p95_seconds: '95th percentile of the time that ended actions took',
  },
};
