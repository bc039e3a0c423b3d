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
    permission: { title: 'No permission', unit: 'count', description: 'failed for want of permission' },
    conflict: { title: 'Conflict', unit: 'count', description: 'failed because something else had changed' },
    timeout: { title: 'Timed out', unit: 'count', description: 'failed in time' },
    verify_failed: { title: 'Failed verification', unit: 'count', description: 'failed its verification' },
    other: { title: 'No reason given', unit: 'count', description: 'failed, and nobody said why' },
    stuck: {
      title: 'Stuck',
      unit: 'count',
      description: 'still running after twice the 95th percentile of those that ended',
    },
    p95_seconds: {
      title: 'Run time, p95',
      unit: 's',
      description: '95th percentile of the time that ended actions took',
    },
  },
};
