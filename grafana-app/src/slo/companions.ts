import { companionOf } from '@cnapp-slo/model';
import { formatValue } from './format.ts';

/** A number that stands beside an SLI's value. */
export interface Companion {
  title: string;
  /** What it is, as the SLI's definition says it. */
  description: string;
  value: string;
}

/** An SLI's companions as text, in the order of its definition. What the processor publishes beyond that shows by its own name, as a number. */
export function companionsOf(
  sliId: string,
  companions: Readonly<Record<string, number | null>> | undefined,
): Companion[] {
  return Object.entries(companions ?? {}).map(([name, value]) => {
    const known = companionOf(sliId, name);
    return {
      title: known?.title ?? name,
      description: known?.description ?? '',
      value: formatValue(value, known?.unit ?? 'count'),
    };
  });
}
