import type { SliDefinition } from '../sli.ts';

/** SLI-DEFINITIONS 9. */
export const definition: SliDefinition = {
  id: 'alert-noise',
  code: 'M9',
  title: 'Alert noise ratio',
  description: 'False alerts for each true one, of the alert groups that reached a person in the window.',
  unit: 'count',
  direction: 'lower_is_better',
  objective: 0.2,
  counts: 'true and false alert groups',
  counting: 'members',
  defaultWindow: '28d',
  needs: [],
  minimumCoverage: 0.9,
  version: 'm9.v1',
  exclusions: {
    unlabelled: 'nobody has said yet whether it was true',
  },
  companions: {
    low: {
      title: 'If all unlabelled were true',
      unit: 'count',
      description: 'the ratio if every unlabelled group were true',
    },
    high: {
      title: 'If all unlabelled were false',
      unit: 'count',
      description: 'the ratio if every unlabelled group were false',
    },
    smoothed: {
      title: 'Smoothed ratio',
      unit: 'count',
      description: '(false + ½) / (true + ½): what alerting compares, defined also without true alerts',
    },
    label_coverage: {
      title: 'Labelled',
      unit: '1',
      description: 'labelled groups / all groups; below 60 % there is no point value',
    },
    false_share: {
      title: 'False share',
      unit: '1',
      description: 'false / labelled groups (what others call the false positive rate; 4 : 1 is 80 %)',
    },
    alerts: { title: 'Alert groups', unit: 'count', description: 'alert groups of the window' },
    pages_per_shift: {
      title: 'Pages a shift',
      unit: 'count',
      description: 'alert groups that called somebody, for each on-call shift; tickets and digests are none',
    },
    busiest_shift: { title: 'Busiest shift', unit: 'count', description: 'those of the shift that had the most' },
    suppressed: {
      title: 'Muted findings',
      unit: 'count',
      description: 'findings of the window that their detector mutes, and that alerted nobody',
    },
    suppressed_true: {
      title: 'Muted, but true',
      unit: 'count',
      description: 'those of them that were labelled true all the same',
    },
    compression: {
      title: 'Detections for each alert',
      unit: 'count',
      description: 'raw runtime and identity detections of the window for each alert group',
    },
  },
};

export const MINIMUM_LABELS = 0.6;
