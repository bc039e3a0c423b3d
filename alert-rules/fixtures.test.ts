import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parser } from '@prometheus-io/lezer-promql';
import { parse, parseAllDocuments } from 'yaml';
import { requirePart } from '../tests/servers/require-part.ts';
import { compile, DEFAULT_OPTIONS, readSlos } from './src/index.ts';

const { path: fixtures, skip } = requirePart('fixtures');
const read = (path: string) => readFileSync(join(fixtures, 'slo', path), 'utf8');
const readFixture = (path: string) => readSlos([{ path, text: read(path) }]);

const expected = JSON.parse(readFileSync(new URL('testdata/fixtures.json', import.meta.url), 'utf8')) as Record<
  string,
  string[]
>;

test('every OpenSLO and Sloth file compiles or gets a precise error', { skip }, () => {
  const inputs = read('MANIFEST.tsv')
    .split('\n')
    .map((line) => line.split('\t'))
    .filter(([, , , , , kind = '']) => /^(sloth-(spec-input|alert-windows)|openslo-(?!validate-expected))/.test(kind))
    .map(([path = '']) => path);
  const actual = inputs.map((path): [string, string[]] => {
    const { slos, problems } = readFixture(path);
    compile(slos, DEFAULT_OPTIONS);
    const found = problems.map(({ severity, code, line, path: at }) => `${severity} ${code} ${line} ${at}`.trim());
    return [path, [...slos.map(({ id }) => id), ...found]];
  });
  assert.deepEqual(Object.fromEntries(actual), expected);
});

/**
 * What OpenSLO's own tool says of its v1 files, as `file: path`. It runs where there is no time zone database, so that it does not
 * know America/New_York; other versions are refused as a whole here.
 */
for (const name of ['v1', 'mix', 'recursive']) {
  test(`OpenSLO v1 objects are valid or not as oslo says: ${name}`, { skip }, () => {
    const output = read(`OpenSLO__oslo/test/outputs/validate/${name}`);
    for (const section of output.split(/^Errors in \/oslo\//m).slice(1)) {
      const file = section.slice(0, section.indexOf(':\n'));
      const objects = section
        .split(/ {2}Validation for /)
        .slice(1)
        .filter((text) => text.startsWith('v1.'));
      if (objects.length === 0) continue;
      const want = objects.flatMap((object) => {
        const index = / at index (\d+)/.exec(object)?.[1] ?? '0';
        const paths = [...object.matchAll(/- '([^']+)'(?: with value|:)/g)].map((match) => match[1]);
        return paths.filter((path) => !path?.endsWith('timeZone')).map((path) => `[${index}].${path}`);
      });
      const { problems } = readFixture(`OpenSLO__oslo/${file}`);
      assert.deepEqual(problems.map(({ path }) => path).toSorted(), want.toSorted(), file);
    }
  });
}

interface RuleFile {
  groups: { rules: { record?: string; alert?: string; expr: string; labels?: Record<string, string> }[] }[];
}

const rulesOf = (files: readonly RuleFile[]) => files.flatMap(({ groups }) => groups).flatMap(({ rules }) => rules);

/** Window and threshold of every `ratio > limit` in a rule, with the SLO: `id 1h > 0.0144`. */
function conditions(expr: string, ratio: RegExp, id: RegExp): string[] {
  const found: string[] = [];
  parser.parse(expr).iterate({
    enter({ node, name }) {
      const [left, operator, right] = [node.firstChild, node.firstChild?.nextSibling, node.lastChild];
      if (name !== 'BinaryExpr' || operator?.name !== 'Gtr' || left?.name !== 'VectorSelector' || !right) return;
      const selector = expr.slice(left.from, left.to);
      const limit = expr
        .slice(right.from, right.to)
        .replace(/[()]/g, '')
        .split('*')
        .reduce((product, factor) => product * Number(factor), 1);
      found.push(`${id.exec(selector)?.[1]} ${ratio.exec(selector)?.[1]} > ${limit.toPrecision(10)}`);
    },
  });
  return found;
}

/** Structure of a query, without spaces and needless parentheses. */
function structure(query: string): string {
  type Node = ReturnType<typeof parser.parse>['topNode'];
  const write = (node: Node): string => {
    const children: string[] = [];
    for (let child = node.firstChild; child !== null; child = child.nextSibling) {
      if (!/^([(){},]|LineComment)$/.test(child.name)) children.push(write(child));
    }
    if (node.name === 'ParenExpr') return children.join('');
    return children.length === 0 ? query.slice(node.from, node.to) : `(${node.name} ${children.join(' ')})`;
  };
  return write(parser.parse(query).topNode);
}

const SLOTH = 'slok__sloth/examples';
const plain = Object.entries(expected).filter(
  ([path, outcome]) => path.startsWith(`${SLOTH}/`) && outcome.length > 0 && outcome.every((id) => !id.includes(' ')),
);

for (const [path] of plain) {
  test(`${path} has the windows, thresholds and queries that Sloth generates`, { skip }, () => {
    const generated = path.replace(`${SLOTH}/`, `${SLOTH}/_gen/`);
    assert.ok(existsSync(join(fixtures, 'slo', generated)), generated);
    const documents = parseAllDocuments(read(generated)).map(
      (document) => document.toJS() as RuleFile & { spec?: RuleFile },
    );
    const theirs = rulesOf(documents.filter(Boolean).map((document) => document.spec ?? document));
    const { slos } = readFixture(path);
    const files = [...compile(slos, DEFAULT_OPTIONS)].filter(
      ([name]) => name.startsWith('prometheus/') && !name.endsWith('health.yaml'),
    );
    const ours = rulesOf(files.map(([, text]) => parse(text) as RuleFile));

    const alerts = (rules: typeof ours) => rules.filter(({ alert }) => alert !== undefined).map(({ expr }) => expr);
    assert.deepEqual(
      alerts(ours)
        .flatMap((expr) => conditions(expr, /ratio_(\w+)/, /slo="([^"]+)"/))
        .toSorted(),
      alerts(theirs)
        .flatMap((expr) => conditions(expr, /ratio_rate(\w+)/, /sloth_id="([^"]+)"/))
        .toSorted(),
    );

    let compared = 0;
    // Sloth writes the division into one rule; ours sums first, so that sums can be added up elsewhere.
    for (const { record = '', expr, labels = {} } of theirs) {
      const window = /^slo:sli_error:ratio_rate(\w+)$/.exec(record)?.[1];
      if (window === undefined || window === '30d') continue;
      const part = (name: string) =>
        ours.find((rule) => rule.record === `${name}${window}` && rule.labels?.slo === labels.sloth_id)?.expr;
      const ratio = part('cnapp:slo_error:ratio_');
      if (ratio !== undefined && part('cnapp:slo_all:events_') === undefined) {
        assert.equal(structure(ratio), structure(expr));
        compared++;
      } else if (ratio !== undefined || part('cnapp:slo_all:events_') !== undefined) {
        const bad = part('cnapp:slo_bad:events_')?.replace(/ or on \(\) 0 \* cnapp:\S+$/, '');
        assert.equal(structure(`(${bad})/(${part('cnapp:slo_all:events_')})`), structure(expr));
        compared++;
      }
    }
    assert.ok(compared >= slos.length, 'something was compared');
  });
}

test('a set of alert windows replaces the default ones', { skip }, () => {
  // 1 % of 30 d in 30 min: 0.01 · 1440 = 14.4; 2 % in 3 h: 4.8; 5 % in 12 h: 3; 5 % in 36 h: 1.
  const files = [`${SLOTH}/windows/custom-30d.yaml`, `${SLOTH}/getting-started.yml`].map((path) => ({
    path,
    text: read(path),
  }));
  const { slos, problems } = readSlos(files);
  assert.deepEqual(problems, []);
  const tiers = slos[0]?.tiers.map(({ id, longMs, shortMs, factor }) => [
    id,
    longMs / 60_000,
    shortMs / 60_000,
    Number(factor.num) / Number(factor.den),
  ]);
  assert.deepEqual(tiers, [
    ['page-fast', 30, 2, 14.4],
    ['page-slow', 180, 15, 4.8],
    ['ticket-fast', 720, 60, 3],
    ['ticket-slow', 2160, 180, 1],
  ]);
});
