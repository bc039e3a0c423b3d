import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { recognise } from '@cnapp-slo/collector-processor/src/formats/index.ts';
import { ocsfObservation } from '@cnapp-slo/exporters/ocsf';
import { OcsfSchema } from '@cnapp-slo/exporters/ocsf-schema';
import type { AssetRef, DetectorClass, FindingObservation, FindingVerdict, Provider, Severity } from '@cnapp-slo/model';
import fc from 'fast-check';
import { requirePart } from '../servers/require-part.ts';

const fixtures = requirePart('fixtures');
const schema = fixtures.skip ? undefined : new OcsfSchema(join(fixtures.path, 'ocsf-schema', '1.8.0'));

function decode(event: object) {
  return recognise(JSON.stringify(event), { resource: {}, attributes: {}, receivedMs: Date.UTC(2026, 0, 1) });
}

const text = fc.string({ minLength: 1, maxLength: 30, unit: 'grapheme' }).filter((value) => value.trim() !== '');
const timeMs = fc.integer({ min: Date.UTC(2001, 0), max: Date.UTC(2099, 0) });
const scalar = fc.oneof(text, fc.integer(), fc.boolean());
const detectorClasses: DetectorClass[] = [
  'posture',
  'iac',
  'identity_config',
  'vulnerability',
  'secret',
  'sast',
  'drift',
  'runtime',
  'identity',
];
const verdicts: FindingVerdict[] = ['fail', 'pass', 'suppressed', 'not_applicable', 'error'];
const severities: Severity[] = ['unknown', 'informational', 'low', 'medium', 'high', 'critical'];
const providers: Provider[] = ['aws', 'azure', 'gcp', 'kubernetes', 'github', 'gitlab', 'oci', 'other'];

/** Optional members are there or not; absent ones are no members at all. */
const asset: fc.Arbitrary<AssetRef> = fc.record(
  {
    id: text,
    kind: text,
    provider: fc.constantFrom(...providers),
    name: text,
    account: text,
    region: text,
    cluster: text,
    namespace: text,
    aliases: fc.array(text, { maxLength: 2 }),
  },
  { requiredKeys: ['id', 'kind', 'provider'] },
);

const finding: fc.Arbitrary<FindingObservation> = fc.record(
  {
    kind: fc.constant('finding' as const),
    detector: text,
    detectorClass: fc.constantFrom(...detectorClasses),
    rule: text,
    title: text,
    asset,
    discriminator: text,
    verdict: fc.constantFrom(...verdicts),
    severity: fc.constantFrom(...severities),
    atMs: timeMs,
    scope: text,
    scanId: text,
    nativeId: text,
    drift: fc.record({ expected: text, changed: fc.array(text, { maxLength: 3 }) }, { requiredKeys: [] }),
    techniques: fc.array(text, { maxLength: 3 }),
    confidence: fc.double({ min: 0, max: 1, noNaN: true }).filter((value) => !Object.is(value, -0)),
    advisoryPublishedMs: timeMs,
    ruleEnabledMs: timeMs,
    context: fc.record({ owner: text, environment: text }, { requiredKeys: [] }),
    evidence: fc.dictionary(fc.constantFrom('package', 'installed_version', 'fixed_version', 'file', 'score'), scalar),
    remediation: text,
    links: fc.array(fc.record({ rel: fc.constant('source' as const), href: text }), { maxLength: 2 }),
    compliance: fc.dictionary(fc.constantFrom('CIS', 'PCI'), fc.array(text, { maxLength: 2 })),
  },
  {
    requiredKeys: ['kind', 'detector', 'detectorClass', 'rule', 'title', 'asset', 'verdict', 'severity', 'atMs'],
  },
);

test('a finding of any class, encoded as OCSF and decoded, is the same finding', () => {
  fc.assert(
    fc.property(finding, (given) => {
      const { byFormat, observations, rejections } = decode(ocsfObservation(given));
      assert.deepEqual([byFormat, rejections], [{ ocsf: 1 }, []]);
      // Dictionaries and records of the generator have no prototype.
      assert.deepEqual(observations, [JSON.parse(JSON.stringify(given))]);
    }),
    { numRuns: 500 },
  );
});

test('what is encoded is valid OCSF 1.8.0', { skip: fixtures.skip }, () => {
  fc.assert(
    fc.property(finding, (given) => {
      assert.deepEqual(schema?.problems(ocsfObservation(given)), []);
    }),
    { numRuns: 500 },
  );
});

const formats = join(import.meta.dirname, '../../collector-processor/src/formats');
const samples = globSync('*/testdata/*.in.{json,txt}', { cwd: formats });

test('every finding of every format goes through OCSF and back, and is valid', () => {
  let findings = 0;
  for (const path of samples) {
    const { observations } = recognise(new Uint8Array(readFileSync(join(formats, path))), {
      resource: {},
      attributes: {},
      receivedMs: Date.UTC(2026, 5, 1),
    });
    for (const observation of observations) {
      if (observation.kind !== 'finding') continue;
      const event = ocsfObservation(observation);
      assert.deepEqual(decode(event).observations, [observation], path);
      assert.deepEqual(schema?.problems(event) ?? [], [], path);
      findings += 1;
    }
  }
  assert.ok(findings > 60, `${findings} findings`);
});

test('an event that calls itself ours and is not is refused', () => {
  const event = { ...ocsfObservation(fc.sample(finding, { numRuns: 1, seed: 1 })[0] as FindingObservation) };
  const { rejections, observations } = decode({ ...event, unmapped: { cnapp: { verdict: 'maybe' } } });
  assert.deepEqual([observations, rejections.map(({ code }) => code)], [[], ['ocsf.schema']]);
});
