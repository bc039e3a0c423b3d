import type { SliDefinition } from '../sli.ts';

/** SLI-DEFINITIONS 3. */
export const definition: SliDefinition = {
  id: 'drift-rate',
  code: 'M3',
  title: 'Drift rate',
  description:
    'Share of resource time in unexpected drift from its declaration, of the time in which a fresh comparison exists.',
  unit: '1',
  direction: 'lower_is_better',
  objective: 0.95,
  counts: 'resource-seconds',
  counting: 'time',
  defaultWindow: '28d',
  needs: ['drift'],
  minimumCoverage: 0.9,
  version: 'm3.v1',
  exclusions: {
    false_positive: 'labelled a false positive',
    settling: 'back in sync within the settle time',
    autoscaler: 'a declared autoscaler set it, within its bounds',
  },
  companions: {
    modified: { title: 'Modified', unit: '1', description: 'share of resource time that differs from its declaration' },
    missing: { title: 'Missing', unit: '1', description: 'share of resource time declared but not there' },
    unmanaged: { title: 'Unmanaged', unit: '1', description: 'share of resource time there but not declared' },
    expected: {
      title: 'Expected, not counted',
      unit: '1',
      description: 'share of resource time with a difference that is expected',
    },
    raw: {
      title: 'Any difference',
      unit: '1',
      description: 'share of resource time with any difference, whether it counts or not (M3s)',
    },
    iac_coverage: {
      title: 'Declared in code',
      unit: '1',
      description: 'declared resources / declared and unmanaged ones, at the end of the window',
    },
    drifting_now: {
      title: 'Drifting now',
      unit: '1',
      description: 'share of resources in drift at the end of the window',
    },
    drift_mttr: { title: 'Mean to heal', unit: 's', description: 'mean seconds of drift that ended in the window' },
    resources: {
      title: 'Resources compared',
      unit: 'count',
      description: 'resources with a fresh comparison at the end of the window',
    },
  },
};

/** Drift that heals within this is no drift. */
export const SETTLE_MS = 15 * 60_000;
