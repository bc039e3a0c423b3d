import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Asset, Criticality, Exposure } from './asset.ts';
import { deadlineSeconds } from './deadline.ts';
import { DEADLINE_PRESETS } from './deadlines/index.ts';
import type { Severity } from './observation.ts';

function asset(criticality: Criticality, exposure?: Exposure): Asset {
  return { criticality, context: exposure === undefined ? {} : { exposure } } as Asset;
}

/** Days, from each preset's own source; null: no deadline. */
const cases: [string, Severity, Criticality, Exposure | undefined, number | null][] = [
  ['default', 'critical', 'c3', 'internal', 1],
  ['default', 'high', 'c0', 'internet', 7],
  ['default', 'medium', 'c0', 'internet', null],
  // FedRAMP VDR: High N5 .5 | 1, Moderate N4 4 | 8, Low N3 32 | 64, N2 96 | 160.
  ['fedramp-vdr-high', 'critical', 'c0', 'internet', 0.5],
  ['fedramp-vdr-high', 'critical', 'c0', 'internal', 1],
  ['fedramp-vdr-high', 'critical', 'c0', undefined, 0.5],
  ['fedramp-vdr-moderate', 'critical', 'c1', 'internet', 4],
  ['fedramp-vdr-moderate', 'high', 'c0', 'internal', 8],
  ['fedramp-vdr-low', 'high', 'c1', 'internet', 32],
  ['fedramp-vdr-low', 'medium', 'c0', 'internal', 64],
  ['fedramp-vdr-low', 'medium', 'c3', 'internet', 96],
  ['fedramp-vdr-low', 'low', 'c0', 'internet', null],
  ['cisa-bod-19-02', 'critical', 'c2', 'internet', 15],
  ['cisa-bod-19-02', 'high', 'c2', undefined, 30],
  ['cisa-bod-19-02', 'critical', 'c2', 'internal', null],
];

for (const [id, severity, criticality, exposure, days] of cases) {
  test(`${id}: ${severity} on ${criticality}, ${exposure ?? 'exposure unknown'} → ${days ?? 'none'}`, () => {
    const policy = DEADLINE_PRESETS.find((preset) => preset.id === id);
    assert.ok(policy);
    assert.equal(deadlineSeconds(policy, severity, asset(criticality, exposure)), days === null ? null : days * 86_400);
  });
}

test('every preset says where its numbers come from', () => {
  for (const { id, source } of DEADLINE_PRESETS) assert.match(source, /^(https:\/\/|docs\/)/, id);
});
