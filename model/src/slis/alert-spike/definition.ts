import type { SliDefinition } from '../sli.ts';

/** SLI-DEFINITIONS 11, F3. */
export const definition: SliDefinition = {
  id: 'alert-spike',
  code: 'F3',
  title: 'Alert spikes',
  description:
    'The highest robust z of any rule: how unusual its last complete hour was against the same hour of the four weeks before.',
  unit: 'count',
  direction: 'lower_is_better',
  objective: null,
  counts: 'rules that did not, and did, spike',
  counting: 'none',
  defaultWindow: '28d',
  needs: ['runtime'],
  minimumCoverage: 0.9,
  version: 'f3.v1',
  exclusions: {
    no_history: 'nothing was recorded in that hour of the weeks before: what is usual is not known',
  },
  companions: {
    spiking_rules: {
      title: 'Spiking rules',
      unit: 'count',
      description: 'rules with z > 6 and more than 20 detections in the hour: tune the rule, or declare an incident',
    },
    detections: { title: 'Detections', unit: 'count', description: 'detections of all rules in the hour' },
  },
};

export const SPIKE_Z = 6;
export const SPIKE_DETECTIONS = 20;
