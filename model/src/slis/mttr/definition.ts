import type { SliDefinition } from '../sli.ts';

/** SLI-DEFINITIONS 2. */
export const definition: SliDefinition = {
  id: 'mttr',
  code: 'M2',
  title: 'MTTR remediation',
  description:
    'Mean time from the alert to the verified fix, for critical and high findings; the objective is on the share fixed by the deadline.',
  unit: 's',
  direction: 'lower_is_better',
  objective: 0.95,
  counts: 'episodes by their deadline',
  counting: 'decided',
  defaultWindow: '28d',
  needs: ['posture'],
  minimumCoverage: 0.9,
  version: 'm2.v1',
  exclusions: {
    baseline: 'part of the first snapshot of its scope: backlog, no clock',
    false_positive: 'labelled a false positive',
    duplicate: 'labelled a duplicate',
    asset_deleted: 'the asset was deleted before the deadline: neither a fix nor a miss',
    rule_retired: 'the rule was retired',
    rule_changed: 'the rule was changed',
    out_of_scope: 'left the scope, or dismissed in the detector: not a fix',
    accepted_risk: 'the risk is accepted: the clock is suspended',
    skew_rejected: 'the stop precedes the start by more than five minutes: clocks cannot be trusted',
  },
  companions: {
    route: { title: 'Mean to alert', unit: 's', description: 'mean seconds from detection to alert' },
    mtta: { title: 'Mean to acknowledge', unit: 's', description: 'mean seconds from alert to acknowledgement' },
    triage: {
      title: 'Mean to triage',
      unit: 's',
      description: 'mean seconds from acknowledgement to verdict or owner',
    },
    act: {
      title: 'Mean to act',
      unit: 's',
      description: 'mean seconds from the last human step before it to the remediating change',
    },
    verify: {
      title: 'Mean to verify',
      unit: 's',
      description: 'mean seconds from the remediating change to its proof',
    },
    claimed_mean: {
      title: 'Mean to the claimed fix',
      unit: 's',
      description: 'mean seconds from alert to the remediating change (M2-claimed)',
    },
    exposure_mean: {
      title: 'Mean exposure',
      unit: 's',
      description: 'mean seconds from the causing change to the proof (M2-exposure)',
    },
    durable_mean: {
      title: 'Mean to the lasting fix',
      unit: 's',
      description: 'mean seconds to the fix that lasted, from the first alert of the chain',
    },
    exact_alert_share: {
      title: 'With an exact alert',
      unit: '1',
      description: 'share of alerts whose time the channel itself gave',
    },
    dismissed_share: {
      title: 'Dismissed',
      unit: '1',
      description: 'share of the window’s episodes that were labelled false positives or duplicates',
    },
    dismissed_late: {
      title: 'Dismissed late',
      unit: 'count',
      description: 'those of them that were labelled after their deadline: no miss, but to be looked at',
    },
    missing_alert: {
      title: 'Never alerted',
      unit: 'count',
      description: 'episodes without a known alert: measured from their detection',
    },
  },
};

/** Horizon of the restricted mean, seconds. */
export const RMST_TAU_SECONDS = 28 * 86_400;
