import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SLIS } from './index.ts';
import { inputOf } from './input.ts';

/** CONTRACT, "HTTP API" and "SLI ids": the objective on the ratio of each. */
const OBJECTIVES = {
  'mttd-config': 0.95,
  mttr: 0.95,
  'drift-rate': 0.95,
  'ci-gate-failures': 0.98,
  'runtime-detection': null,
  'privilege-anomalies': null,
  'sbom-coverage': 0.9,
  'automation-rate': 0.3,
  'alert-noise': 0.2,
  'incident-burn': 0.995,
  'inventory-delta': null,
  'agent-heartbeat': null,
  'alert-spike': null,
  'remediation-failures': null,
  'ingest-cost': null,
  miscorrelation: null,
};

test('the SLIs and their objectives are those of the contract', () => {
  const objectives = SLIS.map(({ definition }) => [definition.id, definition.objective]);
  assert.deepEqual(Object.fromEntries(objectives), OBJECTIVES);
  assert.deepEqual(
    SLIS.map(({ definition }) => definition.code),
    ['M1', 'M2', 'M3', 'M4', 'M5', 'M6', 'M7', 'M8', 'M9', 'M10', 'F1', 'F2', 'F3', 'F4', 'F5', 'F6'],
  );
});

test('an empty window is null for every one of them, never zero', () => {
  for (const { definition, compute } of SLIS) {
    const { value, good, bad, members } = compute(inputOf({}, 0, 28 * 86_400_000));
    assert.deepEqual([definition.id, value, good, bad, members], [definition.id, null, 0, 0, []]);
  }
});

test('every companion is explained, and every explained one is there', () => {
  for (const { definition, compute } of SLIS) {
    const { companions } = compute(inputOf({}, 0, 28 * 86_400_000));
    assert.deepEqual(Object.keys(companions).sort(), Object.keys(definition.companions).sort(), definition.id);
    const titles = Object.values(definition.companions).map(({ title }) => title);
    assert.equal(new Set(titles).size, titles.length, `${definition.id}: two companions of one title`);
  }
});
