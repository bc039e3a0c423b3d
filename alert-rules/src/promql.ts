/** PromQL for one SLI over one window. Everything is event-weighted: sums are divided, ratios are never averaged. */
import { formatDuration } from './duration.ts';
import { selectorOf } from './promql-syntax.ts';
import { type EventsSli, type Query, type RatioSli, WINDOW_PLACEHOLDER } from './slo.ts';

/** `{a="x",b="y"}` with escaped values; empty for no labels. */
export function matchers(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${quote(value)}`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

const quote = (text: string): string => `"${text.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n')}"`;

const sumBy = (groupBy: readonly string[]): string =>
  groupBy.length === 0 ? 'sum' : `sum by (${groupBy.join(', ')}) `;

/** The events that a query counts over a window, summed to one series a group. */
export function eventsOver(query: Query, windowMs: number, groupBy: readonly string[]): string {
  const window = formatDuration(windowMs);
  const sum = sumBy(groupBy);
  if (query.kind === 'windowed') {
    const text = query.text.trim().replace(WINDOW_PLACEHOLDER, window);
    const selector = selectorOf(text);
    return selector === null ? `(${text})` : `${sum}(${selector})`;
  }
  const selector = selectorOf(query.text) ?? query.text;
  return `${sum}(${query.kind === 'counter' ? 'increase' : 'sum_over_time'}(${selector}[${window}]))`;
}

/**
 * Bad events over a window. A side without any series counts 0, so that a total outage (no good series left) and a clean
 * service (no bad series ever) both have a number. `all` names the recorded sum of all events.
 */
export function badEventsOver(sli: EventsSli, windowMs: number, groupBy: readonly string[], all: string): string {
  const orNone = (query: Query) => `${eventsOver(query, windowMs, groupBy)} or on (${groupBy.join(', ')}) 0 * ${all}`;
  if (sli.bad !== null) return orNone(sli.bad);
  return `${all} - on (${groupBy.join(', ')}) (${orNone(sli.good)})`;
}

/** Share of bad events, of an SLI whose query answers the ratio itself. */
export function queriedErrorRatio(sli: RatioSli, windowMs: number, groupBy: readonly string[]): string {
  const ratio = eventsOver(sli.query, windowMs, groupBy);
  return sli.answers === 'failure' ? ratio : `1 - ${ratio}`;
}
