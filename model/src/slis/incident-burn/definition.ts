import type { SliDefinition } from '../sli.ts';

/** SLI-DEFINITIONS 10. */
export const definition: SliDefinition = {
  id: 'incident-burn',
  code: 'M10',
  title: 'Incident burn rate',
  description:
    'Share of weighted asset time that was safe: no active compromise, and no open critical or high finding past its deadline. The budget of declared incidents stands beside it.',
  unit: '1',
  direction: 'higher_is_better',
  objective: 0.995,
  counts: 'weighted asset-seconds',
  counting: 'time',
  defaultWindow: '28d',
  needs: ['posture'],
  minimumCoverage: 0.9,
  version: 'm10.v1',
  exclusions: {
    capped: 'beyond the share of the budget that one episode may use: in neither term',
    accepted_risk: 'open, but its risk is accepted: counted as accepted exposure',
  },
  companions: {
    watched_share: {
      title: 'Watched',
      unit: '1',
      description: 'weighted asset time in which it would be known / in scope',
    },
    accepted_share: {
      title: 'Accepted exposure',
      unit: '1',
      description: 'share of weighted asset time with an accepted risk (accepted exposure)',
    },
    capped_share: {
      title: 'Above the cap',
      unit: '1',
      description: 'share of weighted asset time that the cap leaves out',
    },
    assets: { title: 'Assets in scope', unit: 'count', description: 'assets in scope in the window' },
    count_budget: {
      title: 'Incident budget left',
      unit: '1',
      description: 'what is left of the 28 d incident budget (1 untouched, negative overspent)',
    },
    count_burn: {
      title: 'Incident burn',
      unit: 'count',
      description: 'incident weight in the window / what the budget allows in it',
    },
    count_weight: {
      title: 'Incident weight',
      unit: 'count',
      description: 'weight of the window’s incidents: S1 10, S2 3, S3 1',
    },
    count_probability: {
      title: 'Probability by chance',
      unit: '1',
      description:
        'probability of as many incidents if only the budgeted rate were at work; a page needs less than 1 %',
    },
  },
};

/** By criticality, c0 to c3. */
export const WEIGHTS = { c0: 8, c1: 4, c2: 2, c3: 1 } as const;
/** One episode uses at most this share of the budget: a forgotten bucket must not freeze everything. */
export const CAP_SHARE = 0.2;
export const INCIDENT_WEIGHTS = { S1: 10, S2: 3, S3: 1 } as const;
/** 1 − objective. */
export const BUDGET_SHARE = 0.005;
export const BUDGET_MS = 28 * 86_400_000;
