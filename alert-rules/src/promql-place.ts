import type { Place } from './document.ts';
import { syntaxError } from './promql-syntax.ts';

/** A required PromQL text of an input file; null after its problem has been reported. */
export function readPromql(place: Place): string | null {
  const text = place.requiredText()?.trim() ?? null;
  const error = text === null ? null : syntaxError(text);
  if (error === null) return text;
  place.error('input.promql', `the query is no PromQL: ${error}`, 'Try it in the Prometheus UI first');
  return null;
}
