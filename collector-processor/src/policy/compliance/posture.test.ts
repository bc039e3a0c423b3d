import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Episode } from '@cnapp-slo/model';
import { type Check, checkAt, controlStatus, familyOf, noChecks, postureOf } from './posture.ts';

const HOUR = 3600_000;

function episode(fromHour: number, toHour: number | null, more: Partial<Episode> = {}): Episode {
  const clock = (hour: number) => ({ atMs: hour * HOUR, source: 'test', precision: 'exact' as const });
  return {
    clocks: { t_detect: clock(fromHour), ...(toHour !== null && { t_close: clock(toHour) }) },
    suspensions: [],
    ...more,
  } as Episode;
}

function check(more: Partial<Check> = {}): Check {
  return { episodes: [], lastVerdict: 'pass', firstMs: 0, watched: [[0, 100 * HOUR]], deletedMs: null, ...more };
}

for (const [name, given, hour, want] of [
  ['before its first verdict', check({ firstMs: 5 * HOUR }), 4, null],
  ['passes', check(), 4, 'pass'],
  ['fails from its detection', check({ episodes: [episode(4, 8)] }), 4, 'fail'],
  ['passes from its proof', check({ episodes: [episode(4, 8)] }), 8, 'pass'],
  ['a false positive never failed', check({ episodes: [episode(4, 8, { closeReason: 'false_positive' })] }), 5, 'pass'],
  [
    'an accepted risk fails, with somebody’s word',
    check({ episodes: [episode(4, null, { suspensions: [{ fromMs: 5 * HOUR, toMs: 9 * HOUR, policy: 'resume' }] })] }),
    6,
    'accepted',
  ],
  ['nothing looks any more', check({ watched: [[0, 3 * HOUR]] }), 4, 'not_assessed'],
  ['a manual check', check({ lastVerdict: 'not_applicable' }), 4, 'not_assessed'],
  ['a deleted asset', check({ deletedMs: 3 * HOUR }), 4, null],
] as const) {
  test(`a check that ${name}: ${want}`, () => assert.equal(checkAt(given, hour * HOUR), want));
}

test('a control fails with one check, and says nothing without any', () => {
  assert.equal(controlStatus({ ...noChecks(), pass: 99, fail: 1 }), 'fail');
  assert.equal(controlStatus({ ...noChecks(), pass: 1, not_assessed: 99 }), 'pass');
  assert.equal(controlStatus({ ...noChecks(), not_assessed: 1 }), 'not_assessed');
});

test('the score leaves out what is not assessed, and is null when nothing is', () => {
  const [passing, failing, open] = [{ ...noChecks(), pass: 1 }, { ...noChecks(), fail: 1 }, noChecks()];
  assert.deepEqual(postureOf([passing, passing, failing, open]), {
    passing: 2,
    failing: 1,
    not_assessed: 1,
    score: 2 / 3,
  });
  assert.equal(postureOf([open]).score, null);
});

test('what tools call a framework', () => {
  const names = [
    'CIS-3.0',
    'cis-aws-foundations-benchmark/v/1.4.0',
    'NIST-800-53-Revision-5',
    'pci_dss',
    'ISO27001-2022',
    'SOC2',
    'FedRamp-Moderate-Revision-4',
    'ENS-RD2022',
  ];
  assert.deepEqual(names.map(familyOf), [
    'CIS',
    'CIS',
    'NIST 800-53',
    'PCI DSS',
    'ISO 27001',
    'SOC 2',
    'FedRAMP',
    'other',
  ]);
});
