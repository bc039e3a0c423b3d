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
    modified: 'share of resource time that differs from its declaration',
    missing: 'share of resource time declared but not there',
    unmanaged: 'share of resource time there but not declared',
    expected: 'share of resource time with a difference that is expected',
    raw: 'share of resource time with any difference, whether it counts or not (M3s)',
    iac_coverage: 'declared resources / declared and unmanaged ones, at the end of the window',
    drifting_now: 'share of resources in drift at the end of the window',
    drift_mttr: 'mean seconds of drift that ended in the window',
    resources: 'resources with a fresh comparison at the end of the window',
  },
};

/** Drift that heals within this is no drift. */
export const SETTLE_MS = 15 * 60_000;
