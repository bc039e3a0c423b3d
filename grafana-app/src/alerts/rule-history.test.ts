import { transitionsOf } from './rule-history.ts';

const rule = { uid: 'cnapp-mttr-page-fast', title: 'Time to remediate: page-fast' };
const at = Date.parse('2026-11-22T11:40:00Z');

test('states that Grafana keeps as annotations', () => {
  const fields = ['time', 'text', 'prev', 'next', 'data'].map((name) => ({ name }));
  const values = [[at], ['rule {slo=mttr} - Alerting'], ['Pending'], ['Alerting'], ['{}']];
  expect(transitionsOf({ schema: { fields }, data: { values } }, rule)).toEqual([
    { atMs: at, rule, before: 'Pending', after: 'Alerting' },
  ]);
});

test('states that Grafana keeps in Loki', () => {
  const fields = ['time', 'line', 'labels'].map((name) => ({ name }));
  const line = { schemaVersion: 1, previous: 'Alerting', current: 'Normal (MissingSeries)' };
  expect(transitionsOf({ schema: { fields }, data: { values: [[at], [line], [{}]] } }, rule)).toEqual([
    { atMs: at, rule, before: 'Alerting', after: 'Normal' },
  ]);
});

test('an answer without a frame is no history', () => {
  expect(() => transitionsOf({} as never, rule)).toThrow('without a state history');
});
