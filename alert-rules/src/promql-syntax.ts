/** PromQL as a syntax tree, with the grammar of Prometheus' own editor. */
import { parser } from '@prometheus-io/lezer-promql';
import { WINDOW_PLACEHOLDER } from './slo.ts';

export interface Selector {
  /** The metric's name; null when only matchers say it. */
  metric: string | null;
  /** The selector as written, without range, offset and `@`. */
  text: string;
  /** The innermost function around it, such as `rate`; null for none. */
  within: string | null;
  matchers: { label: string; op: string; value: string }[];
}

/** What a query with the window filled in is. Grammar only: whether the series exist is another question. */
const withWindow = (text: string): string => text.replace(WINDOW_PLACEHOLDER, '5m');

/** Where the text stops being PromQL, or null. */
export function syntaxError(text: string): string | null {
  const query = withWindow(text);
  let at: number | null = null;
  parser.parse(query).iterate({
    enter: ({ type, from }) => {
      if (type.isError) at ??= from;
    },
  });
  if (at === null) return null;
  const rest = query.slice(at).trim();
  return rest === '' ? 'it ends too early' : `it is not understood from "${rest.slice(0, 30)}" on`;
}

/** Every vector selector of a query. */
export function selectorsOf(text: string): Selector[] {
  const query = withWindow(text);
  const selectors: Selector[] = [];
  const functions: string[] = [];
  parser.parse(query).iterate({
    enter({ name, node, from, to }) {
      if (name === 'FunctionCall') functions.push(query.slice(from, node.getChild('FunctionIdentifier')?.to).trim());
      if (name !== 'VectorSelector') return;
      const metric = node.getChild('Identifier');
      const list = node.getChild('LabelMatchers');
      const matchers = [
        ...(list?.getChildren('UnquotedLabelMatcher') ?? []),
        ...(list?.getChildren('QuotedLabelMatcher') ?? []),
      ];
      selectors.push({
        metric: metric === null ? null : query.slice(metric.from, metric.to),
        text: query.slice(from, to),
        within: functions.at(-1) ?? null,
        matchers: matchers.map((matcher) => {
          const [label, op, value] = [matcher.firstChild, matcher.firstChild?.nextSibling, matcher.lastChild].map(
            (part) => (part ? query.slice(part.from, part.to) : ''),
          );
          return { label: label ?? '', op: op ?? '', value: (value ?? '').slice(1, -1) };
        }),
      });
    },
    leave({ name }) {
      if (name === 'FunctionCall') functions.pop();
    },
  });
  return selectors;
}

/** The selector of `metric{…}` or `sum(metric{…})`; null when the query is anything else. */
export function selectorOf(text: string): string | null {
  let node = parser.parse(text).topNode.firstChild;
  if (node?.name === 'AggregateExpr' && node.getChild('AggregateOp')?.firstChild?.name === 'Sum') {
    if (node.getChild('AggregateModifier') !== null) return null;
    node = node.getChild('FunctionCallBody')?.firstChild ?? null;
  }
  while (node?.name === '(' || node?.name === 'ParenExpr')
    node = node.name === '(' ? node.nextSibling : node.firstChild;
  if (node?.name !== 'VectorSelector' || syntaxError(text) !== null) return null;
  return text.slice(node.from, node.to);
}

/** Labels that the outermost aggregation keeps; null where there is none, or where it says which ones it drops. */
export function groupingOf(text: string): string[] | null {
  const query = withWindow(text);
  let node = parser.parse(query).topNode.firstChild;
  while (node !== null && node.name !== 'AggregateExpr') {
    node =
      node.name === 'ParenExpr'
        ? (node.firstChild?.nextSibling ?? null)
        : node.name === 'BinaryExpr'
          ? node.firstChild
          : null;
  }
  if (node === null) return null;
  const modifier = node.getChild('AggregateModifier');
  if (modifier === null) return [];
  if (modifier.firstChild?.name !== 'By') return null;
  return (modifier.getChild('GroupingLabels')?.getChildren('LabelName') ?? []).map(({ from, to }) =>
    query.slice(from, to),
  );
}
