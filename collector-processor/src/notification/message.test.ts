import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChangeJson } from '@cnapp-slo/model';
import { buildMessage } from './message.ts';
import { incidentOf, NOW, testSources } from './test-estate.ts';

const change: ChangeJson = {
  id: 'evt-1',
  kind: 'api',
  action: 'aws:s3:PutBucketPolicy',
  title: 'PutBucketPolicy',
  at: '2026-03-02T08:40:00.000Z',
  actor: 'arn:aws:sts::111122223333:assumed-role/terraform-deploy/run-1',
  actor_kind: 'automation',
  outcome: 'success',
  asset_ids: [],
  repository: 'acme/infra',
  revision: '0123456789abcdef0123',
  pipeline_url: 'https://ci.example/runs/1',
  links: [{ rel: 'commit', href: 'https://github.example/acme/infra/commit/0123456789abcdef0123' }],
};
const links = { public_url: 'https://slo.example', runbook_url: 'https://runbooks.example' };

test('one message says what, where, whose, since when, why, what else, and what to do', () => {
  const first = incidentOf(1, {}, { change });
  const sameRule = incidentOf(2);
  const sameAsset = incidentOf(3, {
    rule: 's3_bucket_logging',
    title: 'No logging',
    asset_id: first.finding.asset_id,
    severity: 'low',
  });
  const message = buildMessage(first.incident.id, testSources([first, sameRule, sameAsset], { ms: NOW }), links);
  assert.deepEqual(message?.facts, [
    ['What', 's3_bucket_public_access by prowler (posture)'],
    ['Where', 'bucket-1 (s3_bucket, 111122223333, production, c0) arn:aws:s3:::bucket-1'],
    ['Owner', 'payments'],
    ['Since', '2026-03-02 09:00:00 UTC; to be fixed by 2026-03-03 09:00:00 UTC'],
    ['Change', 'aws:s3:PutBucketPolicy by terraform-deploy/run-1 at 2026-03-02 08:40:00 UTC, acme/infra@0123456789ab'],
    ['Evidence', 'status=FAIL'],
    ['Blast radius', 'other assets with this problem: 1, bucket-2; open findings of payments in production: 3'],
    ['Related', '1 more on this asset: [low] No logging'],
    ['SLO impact', 'counts against MTTR if it is open after 2026-03-03 09:00:00 UTC'],
  ]);
  assert.equal(message?.nextCommand, 'aws s3api put-public-access-block');
  assert.deepEqual(
    message?.links.map(({ title, href }) => `${title} ${href}`),
    [
      `Incident https://slo.example/incidents/${first.incident.id}`,
      `Finding https://slo.example/findings/${first.finding.id}`,
      'Runbook https://runbooks.example/posture.md',
      'Pipeline https://ci.example/runs/1',
      'commit https://github.example/acme/infra/commit/0123456789abcdef0123',
    ],
  );
  assert.deepEqual(message?.missing, []);
});

test('a part that fails is named, and the rest is told', () => {
  const one = incidentOf(1);
  const sources = testSources([one], { ms: NOW });
  const broken = {
    ...sources,
    slis: {
      get: () => {
        throw new Error('no');
      },
    },
  };
  const message = buildMessage(one.incident.id, broken, {});
  assert.deepEqual(message?.missing, ['SLO impact']);
  assert.deepEqual(message?.facts.at(-1), ['Runbook', 'docs/runbooks/posture.md']);
});

test('after ten seconds the rest is left out, and named', () => {
  const one = incidentOf(1);
  const clock = { ms: NOW };
  const sources = testSources([one], clock);
  const slow = {
    ...sources,
    estate: {
      ...sources.estate,
      asset: () => {
        clock.ms += 10_000;
        return null;
      },
    },
  };
  const message = buildMessage(one.incident.id, slow, {});
  assert.deepEqual(message?.missing, ['related findings', 'SLO impact']);
  assert.ok(message?.facts.some(([name]) => name === 'Blast radius'));
});

test('links of telemetry that are no web addresses are left out, and long texts are cut', () => {
  const links = [{ rel: 'console', href: 'javascript:alert(1)' }];
  const one = incidentOf(1, { links, evidence: { note: 'x'.repeat(1000) }, remediation: 'y'.repeat(5000) });
  const message = buildMessage(one.incident.id, testSources([one], { ms: NOW }), {});
  assert.deepEqual(message?.links, []);
  assert.equal(message?.facts.find(([name]) => name === 'Evidence')?.[1].length, 300);
  assert.equal(message?.nextCommand?.length, 1500);
});

test('gathering can only read: whatever else it would reach for is not there', () => {
  const one = incidentOf(1, {}, { change });
  const sources = testSources([one], { ms: NOW });
  const asked = new Set<string>();
  const watched = <T extends object>(target: T): T =>
    new Proxy(target, {
      get(of, name, receiver) {
        asked.add(String(name));
        return Reflect.get(of, name, receiver);
      },
      set: () => false,
    });
  const { estate, slis, nowMs } = sources;
  const message = buildMessage(one.incident.id, { estate: watched(estate), slis: watched(slis), nowMs }, links);
  assert.deepEqual(message?.missing, []);
  assert.deepEqual([...asked].sort(), ['asset', 'finding', 'findings', 'get', 'incident']);
});

test('what is not there has no message', () => {
  assert.equal(buildMessage('i_none', testSources([], { ms: NOW }), {}), null);
});
