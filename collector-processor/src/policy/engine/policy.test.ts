import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compilePolicy, failingExamples } from './policy.ts';
import { parsePolicies } from './policy-file.ts';

function file(more: { when?: string; over?: string; effect?: string; examples?: string } = {}): string {
  const {
    when = "asset.environment == 'production'",
    over = 'asset',
    effect = '{ set: { criticality: c0 } }',
    examples = '[{ name: it, given: { asset: { environment: production } }, want: true }]',
  } = more;
  return `apiVersion: cnapp-slo.dev/v1
kind: Policy
metadata: { name: p, version: 1, owner: us }
spec: { mode: warn, over: ${over}, when: "${when}", effect: ${effect} }
examples: ${examples}
`;
}

const policies = (text: string) => parsePolicies(text, 'p.yaml').map(compilePolicy);

test('a policy with its examples; several in one file', () => {
  const [policy, second] = policies(`${file()}---\n${file().replace('name: p,', 'name: q,')}`);
  assert.deepEqual([policy?.name, policy?.version, second?.name], ['p', '1', 'q']);
  assert.deepEqual(policy && failingExamples(policy), []);
});

for (const [name, text, message] of [
  ['an expression that is none', file({ when: 'asset.team ==' }), /p: spec\.when/],
  ['a variable that is none', file({ when: "user == 'x'" }), /p: spec\.when: Unknown variable: user/],
  ['an answer that is neither true nor false', file({ when: '1 + 1' }), /p: spec\.when: gives int/],
  [
    'an effect that does not fit',
    file({ effect: '{ classify: { label: x } }' }),
    /p\.yaml#1: spec\.effect: classify is not possible over asset/,
  ],
  [
    'an example with a field that is none',
    file({ examples: '[{ name: it, given: { asset: { owner: x } }, want: true }]' }),
    /asset has no owner/,
  ],
  ['no example', file({ examples: '[]' }), /p\.yaml#1: examples/],
  ['a suppression without an end', file({ over: 'finding', effect: '{ suppress: { reason: x } }' }), /spec\.effect/],
  ['a key that is none', file().replace('mode: warn', 'mood: warn'), /p\.yaml#1: spec/],
  ['no YAML', 'a: [', /p\.yaml#1/],
] as const) {
  test(`refused: ${name}`, () => assert.throws(() => policies(text), message));
}

test('an example that does not come out as it says', () => {
  const [policy] = policies(
    file({ examples: '[{ name: staging, given: { asset: { environment: staging } }, want: true }]' }),
  );
  assert.deepEqual(policy && failingExamples(policy), ['p: staging: wanted true, got false']);
});

test('a method of what is not known is an error, which is no match', () => {
  const [policy] = policies(
    file({ when: "asset.name.startsWith('x')", examples: '[{ name: x, given: { asset: { name: xy } }, want: true }]' }),
  );
  const outcome = policy?.evaluate({});
  assert.equal(outcome?.result, 'error');
});

test('an expression reads what it is given and nothing else', () => {
  for (const when of ['asset.constructor == null', "asset['__proto__'] == null", "asset.toString == ''"]) {
    const [policy] = policies(file({ when, examples: '[{ name: x, given: {}, want: false }]' }));
    assert.equal(policy?.evaluate({}).result, 'error');
  }
});
