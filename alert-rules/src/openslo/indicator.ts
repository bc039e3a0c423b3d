/** OpenSLO v1 indicators → SLIs over Prometheus. The structure has been validated. */
import type { Place } from '../document.ts';
import { readPromql } from '../promql-place.ts';
import { selectorOf } from '../promql-syntax.ts';
import { ONE, subtract } from '../rational.ts';
import { type Query, type Sli, type SlicesSli, type ThresholdSli, WINDOW_PLACEHOLDER } from '../slo.ts';
import type { Library } from './library.ts';
import { readShorthand } from './period.ts';

/** The SLI of one objective; null after a problem has been reported. */
export function readSli(spec: Place, objective: Place, method: string, library: Library): Sli | null {
  const ratio = spec.get('ratioMetric');
  const of = ratio.exists ? readRatio(ratio, library) : readThreshold(spec.get('thresholdMetric'), objective, library);
  if (of === null || method === 'Occurrences') return of;
  const sliceMs = readShorthand(objective.get('timeSliceWindow'));
  const target = objective.get('timeSliceTarget').decimal();
  if (sliceMs === null) return null;
  return {
    kind: 'slices',
    of,
    sliceMs,
    tolerated: method === 'Timeslices' && target !== null ? subtract(ONE, target) : null,
  };
}

function readThreshold(metric: Place, objective: Place, library: Library): ThresholdSli | null {
  const op = objective.get('op').oneOf(['lt', 'lte', 'gt', 'gte']);
  const value = objective.get('value').decimal();
  if (op === null || value === null) {
    objective.error(
      'openslo.threshold',
      'a thresholdMetric needs op and value',
      'Add them, such as op: lt and value: 500',
    );
    return null;
  }
  const place = queryOf(metric, library);
  const query = place === null ? null : readPromql(place);
  if (place === null || query === null) return null;
  if (query.search(WINDOW_PLACEHOLDER) >= 0) {
    place.error(
      'openslo.query',
      'a threshold is judged at each evaluation, not over the window',
      'Write a fixed range',
    );
    return null;
  }
  return { kind: 'threshold', query, op, value };
}

function readRatio(ratio: Place, library: Library): SlicesSli['of'] | null {
  const kind = ratio.get('counter').boolean() === true ? 'counter' : 'gauge';
  if (ratio.get('raw').exists) {
    const query = readQuery(ratio.get('raw'), kind, library);
    if (query === null) return null;
    return { kind: 'ratio', query, answers: ratio.get('rawType').text() === 'failure' ? 'failure' : 'success' };
  }
  const total = readQuery(ratio.get('total'), kind, library);
  const isBad = ratio.get('bad').exists;
  const counted = readQuery(ratio.get(isBad ? 'bad' : 'good'), kind, library);
  if (counted === null || total === null) return null;
  return { kind: 'events', total, ...(isBad ? { good: null, bad: counted } : { good: counted, bad: null }) };
}

function readQuery(metric: Place, kind: 'counter' | 'gauge', library: Library): Query | null {
  const place = queryOf(metric, library);
  const text = place === null ? null : readPromql(place);
  if (place === null || text === null) return null;
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

/** Where the PromQL stands, if the metric comes from a Prometheus. */
function queryOf(metric: Place, library: Library): Place | null {
  const source = metric.get('metricSource');
  const reference = source.get('metricSourceRef');
  const declared = source.get('type');
  const object = reference.exists ? library.find('DataSource', reference.text() ?? '') : null;
  const type = (object?.get('spec').get('type').text() ?? declared.text())?.toLowerCase();
  if (type === undefined && reference.exists) {
    reference.error('openslo.reference', `there is no DataSource "${reference.text()}"`, 'Add its file, or a type');
    return null;
  }
  if (type !== undefined && type !== 'prometheus') {
    const place = declared.exists ? declared : reference;
    place.error('unsupported.data_source', `data sources of type "${type}" are not supported`, 'Use a Prometheus');
    return null;
  }
  return source.get('spec').get('query');
}
