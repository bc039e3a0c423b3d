import type { SliDefinition } from '../sli.ts';

/** SLI-DEFINITIONS 5. */
export const definition: SliDefinition = {
  id: 'runtime-detection',
  code: 'M5',
  title: 'Runtime compromise detection',
  description:
    'Precision: true compromises among the labelled runtime and identity detections. Recall, from exercises, stands beside it.',
  unit: '1',
  direction: 'higher_is_better',
  objective: null,
  counts: 'labelled detection groups',
  counting: 'members',
  defaultWindow: '28d',
  needs: ['runtime'],
  minimumCoverage: 0.9,
  version: 'm5.v1',
  exclusions: {
    unlabelled: 'nobody has said yet what it was',
    duplicate: 'labelled a duplicate',
  },
  companions: {
    precision_low: {
      title: 'Precision, at least',
      unit: '1',
      description: 'lower end of the 95 % Wilson interval of the precision',
    },
    precision_high: { title: 'Precision, at most', unit: '1', description: 'upper end of it' },
    rule_quality: {
      title: 'Rule quality',
      unit: '1',
      description:
        'true positives and authorised activity / labelled: authorised activity does not speak against a rule',
    },
    label_coverage: {
      title: 'Labelled',
      unit: '1',
      description: 'labelled groups / all groups; below 60 % the value is not to be believed',
    },
    recall: {
      title: 'Recall',
      unit: '1',
      description: 'exercised techniques detected in time / exercised, with incidents that outsiders found as missed',
    },
    techniques_exercised: {
      title: 'Techniques exercised',
      unit: 'count',
      description: 'techniques exercised in the window',
    },
    missed_incidents: {
      title: 'Missed incidents',
      unit: 'count',
      description: 'incidents of the window that outsiders found',
    },
    probe_mttd: {
      title: 'Mean to detect exercises',
      unit: 's',
      description: 'mean seconds from the exercise to its detection (M1d)',
    },
    containment_mean: {
      title: 'Mean to contain',
      unit: 's',
      description: 'mean seconds from the detection to its containment',
    },
  },
};

/** Below this share of labels a precision says little. */
export const MINIMUM_LABELS = 0.6;
