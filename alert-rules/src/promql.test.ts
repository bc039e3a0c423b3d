import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HOUR_MS } from './duration.ts';
import { badEventsOver, eventsOver, matchers, queriedErrorRatio } from './promql.ts';
import type { Query } from './slo.ts';

const counter = (text: string): Query => ({ text, kind: 'counter' });

test('a service without any bad series has no bad events, not an unknown number', () => {
  const sli = { kind: 'events', good: null, bad: counter('e{x="bad"}'), total: counter('e') } as const;
  assert.equal(
    badEventsOver(sli, HOUR_MS, ['tenant'], 'ALL'),
    'sum by (tenant) (increase(e{x="bad"}[1h])) or on (tenant) 0 * ALL',
  );
});

test('good events are subtracted from all, and no good series at all is a total outage', () => {
  const sli = { kind: 'events', good: counter('g'), bad: null, total: counter('t') } as const;
  assert.equal(badEventsOver(sli, HOUR_MS, [], 'ALL'), 'ALL - on () (sum(increase(g[1h])) or on () 0 * ALL)');
});

test('a success ratio is turned into an error ratio', () => {
  const query: Query = { text: 'avg_over_time(up[{{.window}}])', kind: 'windowed' };
  assert.equal(
    queriedErrorRatio({ kind: 'ratio', query, answers: 'success' }, HOUR_MS, []),
    '1 - (avg_over_time(up[1h]))',
  );
});

test('a query with a window of its own is kept, and gauges per window are selected by it', () => {
  assert.equal(eventsOver({ text: 'sum(rate(e[{{.window}}]))', kind: 'windowed' }, HOUR_MS, []), '(sum(rate(e[1h])))');
  assert.equal(
    eventsOver({ text: 'w{window="{{ .window }}"}', kind: 'windowed' }, HOUR_MS, ['t']),
    'sum by (t) (w{window="1h"})',
  );
});

test('label values are escaped', () => {
  assert.equal(matchers({ a: 'x"y\\z' }), '{a="x\\"y\\\\z"}');
  assert.equal(matchers({}), '');
});
