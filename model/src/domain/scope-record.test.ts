import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fact } from './fact.ts';
import type { ScanObservation } from './observation.ts';
import { isFailing, mergeScope, type ScopeRecord } from './scope-record.ts';

function scan(hour: number, complete: boolean, error?: string): Fact<ScanObservation> {
  const atMs = hour * 3600_000;
  return {
    id: String(hour),
    tenant: 'default',
    atMs,
    recvMs: atMs,
    origin: 'live',
    exercise: false,
    source: { id: 'test', format: 'test', scope: '1' },
    body: {
      kind: 'scan',
      detector: 'prowler',
      detectorClass: 'posture',
      scope: '1',
      scanId: String(hour),
      atMs,
      complete,
      absenceCloses: true,
      ...(error !== undefined && { error }),
    },
  };
}

test('attempts, complete ones, and errors by what they say', () => {
  const scans = [
    scan(1, true),
    scan(2, false), // a page of many
    scan(3, false, 'AccessDenied: not authorized to perform s3:ListAllMyBuckets'),
    scan(4, false, 'ThrottlingException: Rate exceeded'),
    scan(5, false, 'HTTP 429'),
    scan(6, false, 'connection reset'),
  ];
  for (const order of [scans, scans.toReversed()]) {
    const record = order.reduce<ScopeRecord | undefined>((known, fact) => mergeScope(known, fact, '1'), undefined);
    assert.deepEqual(record?.attempts, { all: 6, complete: 1 });
    assert.deepEqual(record?.errors, { denied: 1, throttled: 2, other: 1 });
    assert.ok(record && isFailing(record));
  }
});
