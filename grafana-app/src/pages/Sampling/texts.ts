import type { RolloutStep, Tier } from '@cnapp-slo/model';
import type { BadgeColor } from '@grafana/ui';
import type { GuardJson } from '../../api/sampling-client.ts';
import { t } from '../../i18n.ts';
import { formatPercent } from '../../slo/format.ts';

export const TIERS: readonly Tier[] = ['T0', 'T1', 'T2', 'T3'];

/** The last part of an id says which one it is. */
export function shortId(id: string): string {
  return id.split(/[/:]/).at(-1) || id;
}

/** Who belongs to a tier, in two or three words. */
export function tierText(tier: Tier): string {
  switch (tier) {
    case 'T0':
      return t('sampling.tier.t0', 'c0, restricted data, incidents');
    case 'T1':
      return t('sampling.tier.t1', 'c1, confidential data, internet');
    case 'T2':
      return t('sampling.tier.t2', 'c2, and what nobody knows');
    case 'T3':
      return t('sampling.tier.t3', 'c3');
  }
}

/** The more is at stake the warmer; white text is readable on each, on both themes. */
export const TIER_COLORS: Record<Tier, string> = { T0: '#c4162a', T1: '#b84c00', T2: '#1f60c4', T3: '#8f3bb8' };

export function stepText(step: RolloutStep): string {
  switch (step) {
    case 'proposed':
      return t('sampling.step.proposed', 'Proposed');
    case 'shadow':
      return t('sampling.step.shadow', 'Shadow');
    case 'canary':
      return t('sampling.step.canary', 'Canary');
    case 'enforced':
      return t('sampling.step.enforced', 'Enforced');
    case 'reverted':
      return t('sampling.step.reverted', 'Taken back');
  }
}

export const STEP_COLORS: Record<RolloutStep, BadgeColor> = {
  proposed: 'darkgrey',
  shadow: 'blue',
  canary: 'orange',
  enforced: 'green',
  reverted: 'red',
};

/** What a step does, for who is about to take it. */
export function stepEffect(step: RolloutStep): string {
  switch (step) {
    case 'shadow':
      return t('sampling.effect.shadow', 'Decides and counts by the proposed tiers, and drops nothing by them.');
    case 'canary':
      return t('sampling.effect.canary', 'Applies the proposed tiers to a share of the senders.');
    case 'enforced':
      return t('sampling.effect.enforced', 'Applies the proposed tiers to all telemetry.');
    default:
      return t('sampling.effect.reverted', 'What stood before the change stands again, at once.');
  }
}

export function guardText(guard: string): string {
  if (guard.startsWith('sli:')) return t('sampling.guard.sli', 'Fall of the SLI {{sli}}', { sli: guard.slice(4) });
  switch (guard) {
    case 'critical_recall':
      return t('sampling.guard.critical-recall', 'Detections on c0 and c1 that still leave a trace');
    case 'never_drop_lost':
      return t('sampling.guard.never-drop-lost', 'Events lost that must never be dropped');
    case 'kept_share_off':
      return t('sampling.guard.kept-share-off', 'Kept share off its prediction');
    case 'sli_error':
      return t('sampling.guard.sli-error', 'Relative error of a count');
    default:
      return guard;
  }
}

export function guardValue({ guard, value }: GuardJson): string {
  return guard === 'never_drop_lost' ? String(value ?? '–') : formatPercent(value);
}

export function guardLimit({ guard, limit, bound }: GuardJson): string {
  const shown = guard === 'never_drop_lost' ? String(limit) : formatPercent(limit);
  return bound === 'least'
    ? t('sampling.guard.least', 'at least {{limit}}', { limit: shown })
    : t('sampling.guard.most', 'at most {{limit}}', { limit: shown });
}
