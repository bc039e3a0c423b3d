import { t } from '@grafana/i18n';
import { formatCount } from './format.ts';

/** How much was good or bad: a number of events, except for drift, which counts resource-seconds (SLI-DEFINITIONS 3). */
export function formatEvents(amount: number, sliId: string): string {
  if (sliId !== 'drift-rate') return formatCount(amount);
  return t('events.resource-days', '{{days}} resource-days', { days: formatCount(Math.round(amount / 86_400)) });
}
