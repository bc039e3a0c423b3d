/** OpenSLO v1 indicators → SLIs. */
import type { Place } from '../document.ts';
import { selectorOf } from '../promql.ts';
import { type Query, type Sli, WINDOW_PLACEHOLDER } from '../slo.ts';

/** An inline indicator with a ratioMetric over Prometheus. */
export function readIndicator(indicator: Place): Sli | null {
  const ratio = indicator.get('spec').get('ratioMetric');
  if (!ratio.exists) {
    indicator.error(
      'openslo.indicator',
      'an inline indicator with a ratioMetric is required',
      'Add indicator.spec.ratioMetric',
    );
    return null;
  }
  ratio.allowKeys(['counter', 'good', 'bad', 'total', 'raw', 'rawType']);
  const kind = ratio.get('counter').boolean() === true ? 'counter' : 'gauge';
  if (ratio.get('raw').exists) {
    const query = readQuery(ratio.get('raw'), kind);
    const answers = ratio.get('rawType').oneOf(['success', 'failure']);
    if (query === null || answers === null) return null;
    return { kind: 'ratio', query, answers };
  }
  const total = readQuery(ratio.get('total'), kind);
  const hasGood = ratio.get('good').exists;
  if (hasGood === ratio.get('bad').exists) {
    ratio.error('openslo.ratio', 'exactly one of good and bad is required', 'Keep the one that is counted directly');
    return null;
  }
  const counted = readQuery(ratio.get(hasGood ? 'good' : 'bad'), kind);
  if (counted === null || total === null) return null;
  const sides = hasGood ? { good: counted, bad: null } : { good: null, bad: counted };
  return { kind: 'events', total, ...sides };
}

function readQuery(metric: Place, kind: 'counter' | 'gauge'): Query | null {
  const source = metric.get('metricSource');
  const type = source.get('type');
  if (type.exists && type.text()?.toLowerCase() !== 'prometheus') {
    type.error('openslo.data_source', `"${type.text()}" is not supported`, 'Use a Prometheus data source');
    return null;
  }
  const place = source.get('spec').get('query');
  const text = place.requiredText();
  if (text === null) return null;
  if (text.search(WINDOW_PLACEHOLDER) >= 0) return { text, kind: 'windowed' };
  const selector = selectorOf(text);
  if (selector !== null) return { text: selector, kind };
  place.error(
    'openslo.query',
    'the query has no window',
    'Write a bare selector, or put [{{.window}}] where the window belongs',
  );
  return null;
}
