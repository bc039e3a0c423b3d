import type { SliReport } from '@cnapp-slo/model';
import { t } from '../i18n.ts';
import { formatValue, UNKNOWN } from './format.ts';

/** Keeps the line's height. */
const NOTHING = '\u00a0';

/** An SLI's value and what stands beside it, in a line: `mean 42m · median 18m · p90 2h 5m`. */
export function valueLine({
  id,
  ratio,
  value,
  unit,
  p50,
  p90,
}: Pick<SliReport, 'id' | 'ratio' | 'value' | 'unit' | 'p50' | 'p90'>): string {
  if (value === null) return UNKNOWN;
  if (id === 'privilege-anomalies') return t('value.anomalies', 'per 1,000 privileged principals and week');
  // Then the headline says it already.
  if (value === ratio || ratio === null) return NOTHING;
  const text = formatValue(value, unit);
  if (id === 'alert-noise') return t('value.noise', '{{value}} false per true alert', { value: text });
  if (unit !== 's') return t('value.now', 'value {{value}}', { value: text });
  const parts = [t('value.mean', 'mean {{value}}', { value: text })];
  if (p50 != null) parts.push(t('value.median', 'median {{value}}', { value: formatValue(p50, unit) }));
  if (p90 != null) parts.push(t('value.p90', 'p90 {{value}}', { value: formatValue(p90, unit) }));
  return parts.join(' · ');
}
