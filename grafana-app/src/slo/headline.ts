import type { SliReport } from '@cnapp-slo/model';
import { formatPercent, formatValue } from './format.ts';

/** What an SLI shows largest: the ratio that its objective is about; the value where it has none; null where nothing is known. */
export function headlineOf(
  { ratio, value, unit }: Pick<SliReport, 'ratio' | 'value' | 'unit'>,
  decimals = 1,
): { text: string; isRatio: boolean } | null {
  if (ratio !== null) return { text: formatPercent(ratio, decimals), isRatio: true };
  return value === null ? null : { text: formatValue(value, unit), isRatio: false };
}
