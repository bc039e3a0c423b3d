import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type {
  CloseReason,
  DetectorClass,
  Episode,
  EpisodeState,
  Finding,
  Severity,
  Transition,
} from '@cnapp-slo/model';
import { requirePart } from '../../../tests/servers/require-part.ts';
import { clockAt, episode, publicBucket, START_MS, transition } from '../samples.ts';
import { OcsfSchema } from './schema.ts';
import { ocsfFinding } from './transition.ts';

const fixtures = requirePart('fixtures');

const clocks = { t_change: clockAt(0), t_detect: clockAt(1200, 'prowler') };

function findingOf(changes: Partial<Finding>, of: Episode = episode(clocks), at: Transition['at'] = 'detected') {
  return ocsfFinding(transition(at, of, { finding: { ...publicBucket, ...changes } }));
}

test('a detector class decides the OCSF class, and each event is of that type', () => {
  const classes: Record<DetectorClass, number> = {
    posture: 2003,
    iac: 2003,
    identity_config: 2003,
    drift: 2003,
    vulnerability: 2002,
    runtime: 2004,
    identity: 2004,
    secret: 2007,
    sast: 2007,
  };
  for (const [detectorClass, class_uid] of Object.entries(classes) as [DetectorClass, number][]) {
    const event = findingOf({ detectorClass });
    assert.deepEqual([event.class_uid, event.type_uid], [class_uid, class_uid * 100 + 1], detectorClass);
  }
});

test('finding, episode, cloud and compliance result are where OCSF consumers look', () => {
  const event = ocsfFinding(transition('detected', episode(clocks)));
  const { finding_info, metadata, cloud, compliance, resources } = event as Record<string, Record<string, unknown>>;
  assert.equal(finding_info?.uid, 'f_0a1b2c');
  assert.equal(finding_info?.created_time, START_MS + 1_200_000);
  assert.equal(metadata?.correlation_uid, 'f_0a1b2c.1');
  assert.equal(metadata?.version, '1.8.0');
  assert.deepEqual(metadata?.profiles, ['cloud']);
  assert.deepEqual(cloud, { provider: 'AWS', account: { uid: '111122223333' }, region: 'eu-west-1' });
  assert.deepEqual([compliance?.status_id, compliance?.control], [3, 's3_bucket_public_access']);
  assert.equal((resources as unknown as { uid: string }[])[0]?.uid, 'arn:aws:s3:::acme-invoices');
  assert.deepEqual([event.severity_id, event.status_id, event.activity_id], [5, 1, 1]);
});

test('a verified fix is Resolved and passes, a dismissal is Archived and proves nothing', () => {
  const closed = (closeReason: CloseReason) => {
    const event = findingOf({}, episode(clocks, { state: 'closed', closeReason }), 'closed');
    return [event.activity_id, event.status_id, (event.compliance as { status_id: number }).status_id];
  };
  assert.deepEqual(closed('remediated_verified'), [3, 4, 1]);
  assert.deepEqual(closed('asset_deleted'), [3, 6, 0]);
  assert.deepEqual(closed('false_positive'), [3, 5, 0]);
  assert.deepEqual(findingOf({}, episode(clocks, { state: 'suspended' }), 'suspended').status_id, 3);
});

test('a vulnerability has exactly one of cve and advisory', () => {
  const of = (rule: string) =>
    (findingOf({ detectorClass: 'vulnerability', rule }).vulnerabilities as Record<string, unknown>[])[0];
  assert.deepEqual(of('CVE-2024-3094')?.cve, { uid: 'CVE-2024-3094' });
  assert.equal('advisory' in (of('CVE-2024-3094') ?? {}), false);
  assert.deepEqual(of('GHSA-rxwq-x6h5-x525')?.advisory, { uid: 'GHSA-rxwq-x6h5-x525' });
});

test('the package of a vulnerability is named with its version, or not at all', () => {
  const of = (evidence: Record<string, string>) => {
    const event = findingOf({ detectorClass: 'vulnerability', rule: 'CVE-2024-3094', evidence });
    return (event.vulnerabilities as { affected_packages?: unknown }[])[0]?.affected_packages;
  };
  assert.deepEqual(of({ package: 'xz-utils', installed_version: '5.6.0', fixed_version: '5.6.2' }), [
    { name: 'xz-utils', version: '5.6.0', fixed_in_version: '5.6.2' },
  ]);
  assert.equal(of({ package: 'xz-utils' }), undefined);
});

test('every class, step, state and severity is valid OCSF 1.8.0', { skip: fixtures.skip }, () => {
  const schema = new OcsfSchema(join(fixtures.path, 'ocsf-schema', '1.8.0'));
  const classes: DetectorClass[] = [
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
  const steps: Transition['at'][] = ['detected', 'acknowledged', 'closed', 'restated'];
  const states: EpisodeState[] = ['open', 'acked', 'remediating', 'fixed_unverified', 'suspended', 'unknown', 'closed'];
  const severities: Severity[] = ['unknown', 'informational', 'low', 'medium', 'high', 'critical'];
  const pod = { id: 'k8s://prod/shop/deployment/cart', kind: 'deployment', provider: 'kubernetes' as const };
  const assets = [publicBucket.asset, { ...pod, cluster: 'prod', namespace: 'shop' }];
  for (const detectorClass of classes) {
    for (const [index, at] of steps.entries()) {
      for (const state of states) {
        const severity = severities[(index + states.indexOf(state)) % severities.length] ?? 'high';
        for (const asset of assets) {
          const { evidence, remediation, ...bare } = publicBucket;
          const packaged = { ...publicBucket, evidence: { package: 'xz-utils', installed_version: '5.6.0' } };
          for (const base of [bare, publicBucket, packaged]) {
            const of = episode(clocks, {
              state,
              severity,
              ...(state === 'closed' && { closeReason: 'remediated_verified' as const }),
            });
            const finding = { ...base, detectorClass, asset, nativeId: 'native-1' };
            const event = ocsfFinding(transition(at, of, { finding, asset: undefined }));
            assert.deepEqual(schema.problems(event), [], `${detectorClass} ${at} ${state}`);
          }
        }
      }
    }
  }
});

test('the checker finds what is wrong', { skip: fixtures.skip }, () => {
  const schema = new OcsfSchema(join(fixtures.path, 'ocsf-schema', '1.8.0'));
  const event = ocsfFinding(transition('detected', episode(clocks)));
  const { metadata } = event as { metadata: Record<string, unknown> };
  assert.deepEqual(schema.problems({ ...event, severity_id: 9 }), ['severity_id: 9 is not in the enumeration']);
  assert.deepEqual(schema.problems({ ...event, bogus: 1 }), ['bogus: unknown attribute']);
  assert.deepEqual(schema.problems({ ...event, metadata: { ...metadata, profiles: [] } }), [
    'cloud: needs the profile cloud',
  ]);
  const { cloud: _, ...cloudless } = event;
  assert.deepEqual(schema.problems(cloudless), ['cloud: required']);
  assert.deepEqual(schema.problems({ ...event, evidences: [{ container: { uid: 'c' } }] }).length, 1);
});
