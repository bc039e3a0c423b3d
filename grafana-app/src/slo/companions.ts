import { SLIS } from '@cnapp-slo/model';
import { formatBytes, formatCount, formatDuration, formatPercent } from './format.ts';

/** A number that stands beside an SLI's value. */
export interface Companion {
  name: string;
  title: string;
  /** What it is, as the SLI's definition says it. */
  description: string;
  value: string;
}

/** An SLI's companions as text, in the order of its definition. What the processor publishes beyond that shows by its own name. */
export function companionsOf(
  sliId: string,
  companions: Readonly<Record<string, number | null>> | undefined,
): Companion[] {
  const descriptions = SLIS.find(({ definition }) => definition.id === sliId)?.definition.companions ?? {};
  return Object.entries(companions ?? {}).map(([name, value]) => {
    const description = descriptions[name] ?? '';
    return { name, title: titleOf(name), description, value: formatOf(name, description)(value) };
  });
}

const acronyms = new Set(['mtta', 'mttr', 'mttd', 'iac', 'p95']);

function titleOf(name: string): string {
  const words = name.replace(/_seconds$/, '').split('_');
  const text = words.map((word) => (acronyms.has(word) ? word.toUpperCase() : word)).join(' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const shareNames =
  /share|ratio|_rate$|coverage|quality|precision|recall|probability|count_budget|asset_delta|checked_before/;

/** The definitions say the unit in words: seconds and bytes first, shares by what they are or are called, anything else a number. */
function formatOf(name: string, description: string): (value: number | null) => string {
  if (/^mean seconds|percentile/.test(description) || name.endsWith('_seconds')) return formatDuration;
  if (/^(mean )?bytes/.test(description) && !shareNames.test(name)) return formatBytes;
  if (/^share|^weighted asset time|^the same,/.test(description) || shareNames.test(name)) return formatPercent;
  return formatCount;
}
