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
  defaultWindow: '28d',
  needs: ['drift'],
  minimumCoverage: 0.9,
  version: 'm3.v1',
  exclusions: {
    false_positive: 'labelled a false positive',
    settling: 'back in sync within the settle time',
  },
};

/** Drift that heals within this is no drift. */
export const SETTLE_MS = 15 * 60_000;
