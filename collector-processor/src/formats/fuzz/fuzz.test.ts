import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { test } from 'node:test';
import type { Envelope, Json } from '@cnapp-slo/model';
import { ADAPTERS, recognise } from '../index.ts';
import { peel } from '../peel/index.ts';
import { LIMITS } from '../peel/limits.ts';
import { DETECTION_KEYS } from './detection-keys.ts';
import { mutateBytes, mutateDocument, randomFrom } from './mutate.ts';

/**
 * Mutated inputs, from our own samples and, where they are at hand, the fixtures. `CNAPP_FUZZ_ROUNDS` repeats all of it with further seeds
 * (`CNAPP_FUZZ_ROUNDS=200 node --test …/fuzz.test.ts`), `CNAPP_FUZZ_SEED` starts elsewhere; a failure names file and seed.
 */
const rounds = Number(process.env.CNAPP_FUZZ_ROUNDS ?? 2);
const firstSeed = Number(process.env.CNAPP_FUZZ_SEED ?? 1);

const fixtures = resolve(import.meta.dirname, '../../../..', process.env.CNAPP_FIXTURES ?? '../shared/fixtures');
const hasFixtures = existsSync(join(fixtures, 'MANIFEST.tsv'));
const own = globSync('*/testdata/*.in.{json,txt}', { cwd: join(import.meta.dirname, '..') }).map((path) =>
  join(import.meta.dirname, '..', path),
);
/** What the manifest names, without the resolved schemas. */
const given = hasFixtures
  ? readFileSync(join(fixtures, 'MANIFEST.tsv'), 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split('\t'))
      .filter((columns) => columns[8] !== 'schema, not telemetry')
      .map((columns) => join(fixtures, columns[0] ?? ''))
  : [];

const MIB = 1024 * 1024;
/** Larger files go through the same code, and only take time here. */
const MAX_BYTES = 256 * 1024;
const inputs = [...own, ...given]
  .map((path) => ({ path, bytes: new Uint8Array(readFileSync(path)) }))
  .filter(({ bytes }) => bytes.length > 0 && bytes.length <= MAX_BYTES);

function envelopeOf(path: string): Envelope {
  return { resource: {}, attributes: {}, receivedMs: Date.UTC(2026, 10, 1), path: basename(path) };
}

/** CPU, not wall clock: other tests run beside this one. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

const internal = (codes: readonly { code: string }[]): string[] =>
  codes.map(({ code }) => code).filter((code) => code.endsWith('.internal'));

test(`${inputs.length} files with damaged bytes never make a reader fail`, () => {
  for (let seed = firstSeed; seed < firstSeed + rounds; seed += 1) {
    const random = randomFrom(seed);
    for (const { path, bytes } of inputs) {
      for (let i = 0; i < 2; i += 1) {
        const { rejections } = recognise(mutateBytes(bytes, random), envelopeOf(path));
        assert.deepEqual(internal(rejections), [], `${path}, seed ${seed}`);
      }
    }
  }
});

test('a document that keeps its detection keys keeps its format, whatever else becomes of it', () => {
  const seen = new Set<string>();
  const wrong: string[] = [];
  for (let seed = firstSeed; seed < firstSeed + rounds; seed += 1) {
    const random = randomFrom(seed);
    for (const { path, bytes } of inputs) {
      for (const { doc, envelope } of peel(bytes, envelopeOf(path)).docs.slice(0, 3)) {
        // What an envelope says is no part of the document.
        if (typeof doc !== 'object' || doc === null || Object.keys(envelope.attributes).length > 0) continue;
        const [format, ...others] = Object.keys(recognise(doc, envelope).byFormat);
        if (format === undefined || others.length > 0 || Array.isArray(doc)) continue;
        seen.add(format);
        const mutated = mutateDocument(doc, DETECTION_KEYS[format] ?? [], random);
        const { byFormat, rejections } = recognise(mutated, envelope);
        const known = Object.keys(byFormat);
        if (internal(rejections).length > 0 || known.length !== 1 || known[0] !== format)
          wrong.push(
            `${path}, seed ${seed}: ${known} ${internal(rejections)} ${JSON.stringify(mutated).slice(0, 300)}`,
          );
      }
    }
  }
  assert.deepEqual(wrong.slice(0, 20), []);
  const untold = ADAPTERS.map(({ id }) => id).filter((id) => !(id in DETECTION_KEYS));
  assert.deepEqual(untold, []);
  // Text, spans and plain OTLP have no keys of their own.
  const unseen = Object.keys(DETECTION_KEYS).filter((id) => !seen.has(id));
  assert.deepEqual(unseen.sort(), ['inventory-kubernetes-k8sobjects', 'otlp-json', 'owners-codeowners']);
});

/** The best of some runs: compiling, collecting garbage and what else the machine does is not the input's doing. */
function bestCpuMs(enoughMs: number, run: () => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 8 && best > enoughMs; i += 1) {
    const before = cpuMs();
    run();
    best = Math.min(best, cpuMs() - before);
  }
  return best;
}

test('all inputs together, damaged, cost at most 50 ms of CPU a MiB, and each at most that', () => {
  const random = randomFrom(firstSeed);
  const damaged = inputs.map(({ path, bytes }) => ({ path, bytes: mutateBytes(bytes, random) }));
  const size = Math.max(1, inputs.reduce((sum, { bytes }) => sum + bytes.length, 0) / MIB);
  const slow: string[] = [];
  const spent = bestCpuMs(50 * size, () => {
    for (const { path, bytes } of damaged) {
      const before = cpuMs();
      recognise(bytes, envelopeOf(path));
      if (cpuMs() - before > 50) slow.push(path);
    }
  });
  assert.ok(spent <= 50 * size, `${(spent / size).toFixed(0)} ms/MiB of ${size.toFixed(1)} MiB`);
  const again = slow.filter((path) => {
    const given = damaged.find((input) => input.path === path);
    return given !== undefined && bestCpuMs(50, () => recognise(given.bytes, envelopeOf(path))) > 50;
  });
  assert.deepEqual(again, []);
});

/** The content again and again, as lines or documents, until it is as large as asked; undefined for what cannot be joined. */
function enlarged({ path, bytes }: (typeof inputs)[number], size: number): Uint8Array | undefined {
  if (bytes[0] === 0x1f || /\.xml$/.test(path)) return undefined;
  const text = new TextDecoder().decode(bytes);
  const separator = /\.ya?ml$/.test(path) ? '\n---\n' : '\n';
  return new TextEncoder().encode(Array.from({ length: Math.ceil(size / text.length) }, () => text).join(separator));
}

/** Documents of a hundred bytes, ten thousand a MiB, are the worst case; twice the bound is room for the neighbours on the same cores. */
const allowedMs = 100;

test(`a MiB of one format costs at most ${allowedMs} ms of CPU`, () => {
  const slow: string[] = [];
  // One file a folder: the others only repeat the same code.
  const perFolder = new Map(inputs.map((input) => [resolve(input.path, '..'), input]));
  for (const input of perFolder.values()) {
    const bytes = enlarged(input, MIB);
    if (bytes === undefined) continue;
    const best = bestCpuMs(allowedMs, () => recognise(bytes, envelopeOf(input.path)));
    if (best > allowedMs) slow.push(`${best.toFixed(0)} ms/MiB ${input.path}`);
  }
  assert.deepEqual(slow, []);
});

const hostile: [name: string, text: string][] = [
  ['ten thousand brackets', '['.repeat(10_000)],
  ['a megabyte of brackets', '['.repeat(MIB)],
  ['a megabyte of objects in each other', '{"a":'.repeat(MIB / 5)],
  ['a megabyte of quotes', '"'.repeat(MIB)],
  ['a megabyte of spaces and an end', `{${' '.repeat(MIB)}`],
  ['a megabyte of one word', 'a'.repeat(MIB)],
  ['a megabyte of colons', ':'.repeat(MIB)],
  ['lines of brackets before an object', `${'[x] '.repeat(50)}{"a":\n`.repeat(4000)],
  ['lines that nearly are flow records', `2 111122223333 eni-${'a'.repeat(80)} \n`.repeat(10_000)],
  ['lines that nearly are owners', `*.ts ${'@team '.repeat(20)}!\n`.repeat(8000)],
  ['a megabyte of CSV quotes', `a,b,c\n${'"",'.repeat(MIB / 3)}`],
  ['a megabyte of YAML dashes', `apiVersion: v1\nx:\n${'- '.repeat(MIB / 2)}`],
  ['a megabyte of YAML anchors', `apiVersion: v1\n${'a: &a b\n'.repeat(MIB / 8)}`],
  ['a megabyte of XML elements in each other', `<?xml version="1.0"?>${'<a>'.repeat(MIB / 3)}`],
  [
    'XML entities in each other',
    `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>`,
  ],
  ['JSON with escapes', `{"rule":"${'\\u0000'.repeat(MIB / 6)}"}`],
  ['long digits', `{"time":${'9'.repeat(MIB)}}`],
  ['a long version string', `{"$schema":"${'sarif'.repeat(1000)}","version":"${'2.'.repeat(MIB / 2)}","runs":[]}`],
  [
    'a wide alert',
    `{"rule":"r","priority":"Error","output":"${'k8s_pod_name=a '.repeat(MIB / 15)}","output_fields":{}}`,
  ],
];

for (const [name, text] of hostile) {
  test(`${name}: no failure, and bounded`, () => {
    const bytes = new TextEncoder().encode(text);
    assert.deepEqual(internal(recognise(bytes, envelopeOf('x')).rejections), []);
    // Hostile text may cost a few times what telemetry may. Compiled code: a cold run took up to 300 ms.
    const allowedMs = 200 * Math.max(1, text.length / MIB);
    const best = bestCpuMs(allowedMs, () => recognise(bytes, envelopeOf('x')));
    assert.ok(best <= allowedMs, `${best.toFixed(0)} ms`);
  });
}

const unknown: [name: string, given: Json | string, message: RegExp][] = [
  ['an object', { some: 1, thing: 2 }, /^no known format has keys some, thing$/],
  ['an empty object', {}, /^no known format has no keys$/],
  [
    'many keys',
    Object.fromEntries('abcdefghij'.split('').map((key) => [key, 1])),
    /keys a, b, c, d, e, f, g, h and 2 more$/,
  ],
  ['text', 'GET / 200', /^text of no known format$/],
];

for (const [name, given, message] of unknown) {
  test(`unknown input is rejected by name: ${name}`, () => {
    const { recognised, rejections } = recognise(given, envelopeOf('x'));
    assert.equal(recognised, 0);
    assert.equal(rejections.length, 1);
    assert.equal(rejections[0]?.code, 'format.unknown');
    assert.match(rejections[0]?.message ?? '', message);
  });
}

test('more documents than the bound are refused, and the first ones kept', () => {
  const { events, rejections } = recognise(`[${'1,'.repeat(LIMITS.documents + 5)}1]`, envelopeOf('x'));
  assert.equal(events, LIMITS.documents);
  assert.equal(
    rejections.some(({ code }) => code === 'peel.too_many'),
    true,
  );
});

if (!hasFixtures) {
  test('mutated fixtures', (context) => {
    if (process.env.CNAPP_REQUIRE_ALL === '1') assert.fail('the fixtures are absent');
    context.skip('the fixtures are absent');
  });
}
