import type { SliReport } from '@cnapp-slo/model';
import { t } from '../i18n.ts';
import { formatValue, UNKNOWN } from './format.ts';

/** An SLI's value and what stands beside it, in a line: `mean 42m · median 18m · p90 2h 5m`. */
export function valueLine({ value, unit, p50, p90 }: Pick<SliReport, 'value' | 'unit' | 'p50' | 'p90'>): string {
  if (value === null) return UNKNOWN;
  if (unit !== 's') return t('value.now', 'value {{value}}', { value: formatValue(value, unit) });
  const parts = [t('value.mean', 'mean {{value}}', { value: formatValue(value, unit) })];
  if (p50 != null) parts.push(t('value.median', 'median {{value}}', { value: formatValue(p50, unit) }));
  if (p90 != null) parts.push(t('value.p90', 'p90 {{value}}', { value: formatValue(p90, unit) }));
  return parts.join(' · ');
}
