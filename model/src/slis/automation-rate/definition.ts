import type { SliDefinition } from '../sli.ts';

/** SLI-DEFINITIONS 8. */
export const definition: SliDefinition = {
  id: 'automation-rate',
  code: 'M8',
  title: 'Remediation automation rate',
  description:
    'Share fixed by automation without a human in between, of the episodes fixed in the window and the automated attempts that failed.',
  unit: '1',
  direction: 'higher_is_better',
  objective: 0.3,
  counts: 'fixed episodes and failed attempts',
  counting: 'members',
  defaultWindow: '28d',
  needs: ['posture'],
  minimumCoverage: 0.9,
  version: 'm8.v1',
  exclusions: {},
  companions: {
    assisted: {
      title: 'Assisted',
      unit: '1',
      description: 'share fixed by an action that a person had approved (T2), as by a merged pull request of ours',
    },
    reconciler: {
      title: 'By reconcilers',
      unit: '1',
      description: 'share fixed by a GitOps controller that heals on its own',
    },
    open_ratio: {
      title: 'Of what was opened',
      unit: '1',
      description: 'automatic fixes / high and critical episodes opened in the window (the brief’s ratio, M8-open)',
    },
    quality: { title: 'Lasting fixes', unit: '1', description: 'lasting automatic fixes / automatic attempts (M8q)' },
    quality_low: {
      title: 'Lasting fixes, at least',
      unit: '1',
      description: 'lower end of its 95 % Wilson interval: what promotes a playbook to the next tier',
    },
    false_fixes: {
      title: 'Fixes that came back',
      unit: 'count',
      description: 'automatic fixes that did not last seven days',
    },
    provisional: {
      title: 'Too young to tell',
      unit: 'count',
      description: 'automatic fixes younger than seven days: they can still come back',
    },
  },
};

/** A fix that lasts this long is durable. */
export const DURABLE_MS = 7 * 86_400_000;
