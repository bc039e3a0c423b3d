import { companionOf } from '@cnapp-slo/model';
import type { Renderable } from './html.ts';
import { inUnit, words } from './humanize.ts';
import { known } from './parts.ts';

/** What an SLI publishes beside its value, as people read it. What its definition does not name is shown under its own name, as a number. */
export function companionTerms(
  sliId: string,
  values: Readonly<Record<string, number | null>>,
): (readonly [string, Renderable])[] {
  return Object.entries(values).map(([name, value]) => {
    const { title = words(name), unit = 'count' } = companionOf(sliId, name) ?? {};
    return [title, known(value, (amount) => inUnit(amount, unit))];
  });
}
