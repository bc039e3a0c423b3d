import assert from 'node:assert/strict';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { eventClassOf, NEVER_DROP } from '@cnapp-slo/model';
import { parse as parseYaml } from 'yaml';
import { requirePart } from '../../../tests/servers/require-part.ts';
import { detect, FORMAT_KEYS } from '../formats/index.ts';
import { peel } from '../formats/peel/index.ts';
import { isNeverDropped, neverDropSigns } from '../sampling/compile/never-drop.ts';
import { cnapp } from './index.ts';

const fixtures = requirePart('fixtures');
const signs = neverDropSigns(FORMAT_KEYS);
const samples = join(import.meta.dirname, '../formats/*/testdata/*.in.{json,txt}');

/** Documents whose class is never dropped, and those of them that the compiled signs would let go. */
function judged(...patterns: string[]) {
  const lost: string[] = [];
  let kept = 0;
  for (const path of globSync(patterns)) {
    const { docs } = peel(new Uint8Array(readFileSync(path)), { resource: {}, attributes: {}, receivedMs: 0, path });
    for (const { doc, envelope } of docs) {
      const format = detect(doc, envelope);
      // What a log line carries is JSON.
      if (!format || typeof doc !== 'object') continue;
      const { observations } = format.decode(doc, envelope);
      if (!NEVER_DROP.has(eventClassOf(format.id, observations))) continue;
      if (isNeverDropped(JSON.stringify(doc), signs)) kept += 1;
      else lost.push(`${path}: ${format.id}`);
    }
  }
  return { kept, lost };
}

test('compiled signs let no document of a never-drop class go: our samples', () => {
  const { kept, lost } = judged(samples);
  assert.deepEqual(lost, []);
  assert.ok(kept > 50, String(kept));
});

test('compiled signs let no document of a never-drop class go: real ones', { skip: fixtures.skip }, (context) => {
  const { kept, lost } = judged(join(fixtures.path, '**/*.{json,ndjson,jsonl,log}'));
  context.diagnostic(`${kept} documents kept, ${lost.length} lost`);
  assert.deepEqual(lost, []);
  assert.ok(kept > 1000, String(kept));
});

for (const body of [
  'GET / answered 200',
  '{"level":"info","msg":"started","port":8080}',
  '{"eventSource":"s3.amazonaws.com","eventName":"GetObject","eventID":"1","readOnly":true}',
  '{"kind":"Event","auditID":"a","verb":"list","objectRef":{"resource":"pods"}}',
]) {
  test(`may be dropped: ${body.slice(0, 40)}`, () => assert.equal(isNeverDropped(body, signs), false));
}

const folder = mkdtempSync(join(tmpdir(), 'sampling-'));
after(() => rmSync(folder, { recursive: true }));

const out = join(folder, 'out');

async function run(...argv: string[]) {
  let output = '';
  const io = { write: (text: string) => (output += text) };
  const code = await cnapp(['sampling', ...argv], { stdout: io, stderr: io, env: {} });
  return { code, output };
}

test('compile writes four configurations of one revision', async () => {
  const tiers = join(folder, 'tiers.yaml');
  writeFileSync(
    tiers,
    `revision: r5
probability: { T0: 1, T1: 0.5, T2: 0.1, T3: 0.03 }
assets:
  - { match: 'pay.shop-*', criticality: c0 }
  - { match: "o'hare", criticality: c3 }
`,
  );
  const { code, output } = await run('compile', '--tiers', tiers, '--out', out);
  assert.equal(code, 0, output);
  const read = (name: string) => readFileSync(join(out, name), 'utf8');
  assert.ok(
    output
      .trimEnd()
      .split('\n')
      .every((path) => readFileSync(path, 'utf8').includes('revision r5')),
  );
  const collector = parseYaml(read('otel-collector.yaml'));
  assert.equal(collector.processors['probabilistic_sampler/cnapp_t3'].sampling_percentage, 3);
  // p = .03 rejects .97 × 65536 = 63569.92 → f852; one leading f adds a digit: .97 × 2^20 = 1017118.7 → f851f.
  assert.match(
    parseYaml(read('vector.yaml')).transforms.cnapp_tiers.source,
    /tier == "T3" \{ threshold = "f851f000000000" \}/,
  );
  const [, pay, ohare, others] = parseYaml(read('refinery-rules.yaml')).Samplers.__default__.RulesBasedSampler.Rules;
  assert.deepEqual([pay.SampleRate, pay.Conditions[0].Value], [1, '^(?:pay\\.shop-.*)$']);
  assert.deepEqual([ohare.SampleRate, others.SampleRate], [33, 10]);
});

/** What Refinery 2 says of its own rules (config/metadata/rulesMeta.yaml), as far as ours use it. */
const OPERATORS = [
  '=',
  '!=',
  '>',
  '<',
  '>=',
  '<=',
  'starts-with',
  'contains',
  'does-not-contain',
  'exists',
  'not-exists',
];
const RULE_FIELDS = ['Name', 'Sampler', 'Drop', 'SampleRate', 'Conditions', 'Scope'];
const CONDITION_FIELDS = ['Field', 'Fields', 'Operator', 'Value', 'Datatype'];

test('the rules for Refinery are as its metadata describes them', () => {
  const rules = parseYaml(readFileSync(join(out, 'refinery-rules.yaml'), 'utf8'));
  assert.deepEqual([rules.RulesVersion, Object.keys(rules.Samplers)], [2, ['__default__']]);
  const all = rules.Samplers.__default__.RulesBasedSampler.Rules;
  for (const rule of all) {
    assert.deepEqual(
      Object.keys(rule).filter((field) => !RULE_FIELDS.includes(field)),
      [],
    );
    assert.ok(Number.isInteger(rule.SampleRate) && rule.SampleRate >= 1, rule.Name);
    for (const condition of rule.Conditions ?? []) {
      assert.deepEqual(
        Object.keys(condition).filter((field) => !CONDITION_FIELDS.includes(field)),
        [],
      );
      assert.ok([...OPERATORS, 'has-root-span', 'matches'].includes(condition.Operator));
      assert.ok(!('Field' in condition && 'Fields' in condition));
      // Go's regular expressions know no lookahead; ours have none.
      if (condition.Operator === 'matches') assert.doesNotMatch(condition.Value, /\(\?[=!<]/);
    }
  }
  // Without a rule that takes all, what no rule matches would be kept whole.
  assert.equal(all.at(-1).Conditions, undefined);
});

test('compile wants a file and a folder', async () => {
  assert.equal((await run('compile')).code, 2);
  assert.equal((await run('brew', '--tiers', 'x', '--out', 'y')).code, 2);
  assert.equal((await run('compile', '--tiers', join(folder, 'none.yaml'), '--out', folder)).code, 1);
});
