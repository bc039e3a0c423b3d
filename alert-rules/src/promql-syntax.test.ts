import assert from 'node:assert/strict';
import { test } from 'node:test';
import { selectorOf, selectorsOf, syntaxError } from './promql-syntax.ts';

for (const [text, want] of [
  ['up', 'up'],
  ['sum(http_requests{code=~"(5..|429)", a="}"})', 'http_requests{code=~"(5..|429)", a="}"}'],
  ['(up{job="x"})', 'up{job="x"}'],
  ['{__name__="up"}', '{__name__="up"}'],
  ['sum by (job) (up)', null],
  ['rate(x[5m])', null],
  ['a + b', null],
  ['a b', null],
] as const) {
  test(`the selector of ${text} is ${want}`, () => assert.equal(selectorOf(text), want));
}

test('selectors know their metric, matchers and the function around them', () => {
  assert.deepEqual(selectorsOf('sum(rate(e{code=~"5.."}[{{.window}}])) / count(up)'), [
    { metric: 'e', text: 'e{code=~"5.."}', within: 'rate', matchers: [{ label: 'code', op: '=~', value: '5..' }] },
    { metric: 'up', text: 'up', within: null, matchers: [] },
  ]);
});

test('a syntax error says where', () => {
  assert.equal(syntaxError('sum(rate(x[{{.window}}]))'), null);
  assert.equal(syntaxError('sum(rate(x[5m])'), 'it ends too early');
  assert.equal(syntaxError('a b c'), 'it is not understood from "b c" on');
});
