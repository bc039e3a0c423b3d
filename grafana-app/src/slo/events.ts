import { SLIS } from '@cnapp-slo/model';
import { formatCount } from './format.ts';

/** How much was good or bad. Where an SLI weighs by time its seconds read as days: `4448 resource-days`. */
export function formatEvents(amount: number, sliId: string): string {
  const counts = SLIS.find(({ definition }) => definition.id === sliId)?.definition.counts ?? '';
  if (!counts.endsWith('-seconds')) return formatCount(amount);
  return `${formatCount(Math.round(amount / 86_400))} ${counts.replace(/^weighted /, '').replace(/seconds$/, 'days')}`;
}
