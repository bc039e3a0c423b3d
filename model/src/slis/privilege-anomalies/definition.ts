import type { SliDefinition } from '../sli.ts';

/** SLI-DEFINITIONS 6. */
export const definition: SliDefinition = {
  id: 'privilege-anomalies',
  code: 'M6',
  title: 'Privilege anomaly rate',
  description:
    'Groups of identity anomalies per 1,000 active privileged principals and week, over the complete weeks of the window.',
  unit: 'count',
  direction: 'lower_is_better',
  objective: null,
  counts: null,
  counting: 'none',
  defaultWindow: '28d',
  needs: ['change'],
  minimumCoverage: 0.95,
  version: 'm6.v1',
  exclusions: {
    false_positive: 'labelled a false positive',
    duplicate: 'labelled a duplicate',
    low_confidence: 'the detector was not sure enough',
    suppressed: 'declared activity of an automation identity',
  },
  companions: {
    groups: { title: 'Groups', unit: 'count', description: 'groups of the window’s complete weeks' },
    groups_per_week: {
      title: 'Groups a week',
      unit: 'count',
      description: 'groups / complete weeks (the brief’s count)',
    },
    principals_per_week: {
      title: 'Principals a week',
      unit: 'count',
      description: 'active privileged principals / complete weeks: who changed state through a control plane',
    },
    automation_groups: {
      title: 'Of automation',
      unit: 'count',
      description: 'groups of automation identities among them',
    },
    trend_slope: {
      title: 'Trend',
      unit: 'count',
      description: 'Theil–Sen slope of the rate over eight complete weeks, per week',
    },
    trend_low: { title: 'Trend, at least', unit: 'count', description: 'lower end of its 95 % interval' },
    trend_high: {
      title: 'Trend, at most',
      unit: 'count',
      description: 'upper end of it; the rate is going down only when this is below 0',
    },
  },
};

/** Weeks that the trend looks at. */
export const TREND_WEEKS = 8;
