import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import type { GateJson } from '@cnapp-slo/model';
import { ProcessorBurnEvidence } from '../reporting/burn-evidence.ts';
import { Releases } from '../reporting/releases.ts';
import { bucket, change, DAY, fail, HOUR, MINUTE, Stage, T0 } from '../reporting/test-stage.ts';
import { startTestServer } from './test-server.ts';

const hash = (token: string): string => createHash('sha256').update(token).digest('hex');
const tokens = [
  `${hash('ana')} ana * read,write,approve`,
  `${hash('ben')} ben * read,approve`,
  `${hash('ci')} ci * read,write,approve automation`,
  `${hash('other')} other elsewhere read,write,approve`,
].join('\n');

/** The real processor and its ledger behind a real listener, on the stage's clock. */
async function estate() {
  const stage = new Stage();
  const now = () => stage.now;
  const { slis, processor } = stage;
  const releases = new Releases(processor, new ProcessorBurnEvidence(processor, slis, now), now);
  const server = await startTestServer({ tokens }, { slis, releases, now });
  const call = async (token: string, path: string, body?: object) => {
    const response = await fetch(`${server.url}/api/v1${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: response.status, json: (await response.json()) as Record<string, unknown> };
  };
  const gate = async (query: string) => (await call('ben', `/gate?${query}`)).json as unknown as GateJson;
  return { stage, releases, call, gate, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

/** Twenty buckets: found within the hour, or (`late`) two hours after their change. Found at `at`. */
async function detections(stage: Stage, at: number, count: number, late: boolean): Promise<void> {
  const named = Array.from({ length: count }, (_, i) => ({
    ...bucket,
    id: `${bucket.id}-${at}-${i}`,
    name: `b-${at}-${i}`,
  }));
  const openedAt = at - (late ? 2 * HOUR : HOUR / 2);
  const changes = named.map((asset) => change(openedAt, { nativeId: `event-${asset.id}`, assets: [asset] }));
  await stage.receive(at - MINUTE, 'cloudtrail', changes);
  await stage.receive(
    at,
    'prowler',
    named.map((asset) => fail(at, { asset, severity: 'high' })),
  );
}

test('an exhausted budget blocks until a second person agrees, for 24 hours, and what was asked for only', async () => {
  await using all = await estate();
  const { stage, call, gate, releases } = all;
  await detections(stage, 3 * HOUR, 20, true);
  const asked = 'service=shop&environment=&change_kind=deploy';
  assert.equal((await gate(asked)).decision, 'block');

  const { status, json } = await call('ana', '/gate/overrides', { reason: 'hotfix', service: 'shop' });
  assert.deepEqual([status, json.state, json.requested_by], [201, 'requested', 'ana']);
  assert.equal((await gate(asked)).decision, 'block', 'nobody has agreed');
  const approve = `/gate/overrides/${json.id}/approval`;
  assert.deepEqual((await call('ana', approve, {})).json.code, 'self_approved');
  assert.deepEqual((await call('ci', approve, {})).json.code, 'not_a_person');
  assert.equal((await call('other', approve, {})).status, 404, 'of another tenant');
  const approved = (await call('ben', approve, {})).json;
  assert.deepEqual([approved.state, approved.approved_by], ['in_force', 'ben']);

  const open = await gate(asked);
  assert.equal(open.decision, 'warn');
  assert.match(open.reasons.join('; '), /overridden by ana, approved by ben: hotfix/);
  assert.equal((await gate('service=other&change_kind=deploy')).decision, 'block', 'of another service');
  assert.deepEqual(releases.approvedOverrides(), [{ tenant: 'default', count: 1 }]);

  await detections(stage, 3 * HOUR + DAY - 1, 1, true); // the scanner is still alive
  assert.equal((await gate(asked)).decision, 'warn');
  stage.now += 1;
  assert.equal((await gate(asked)).decision, 'block', 'a day later');
  assert.deepEqual((await call('ben', approve, {})).json.code, 'already_decided');
});

test('an override that was withdrawn is none', async () => {
  await using all = await estate();
  const { stage, call, gate } = all;
  await detections(stage, 3 * HOUR, 20, true);
  const { id } = (await call('ana', '/gate/overrides', { reason: 'hotfix' })).json;
  await call('ben', `/gate/overrides/${id}/approval`, {});
  assert.equal((await gate('')).decision, 'warn');
  assert.equal((await call('ana', `/gate/overrides/${id}/withdrawal`, {})).json.state, 'withdrawn');
  assert.equal((await gate('')).decision, 'block');
});

test('at low traffic one miss blocks nothing, and a burn that pages blocks risky changes', async () => {
  await using all = await estate();
  const { stage, gate } = all;
  for (let day = 1; day <= 6; day++) await detections(stage, day * DAY, 15, false);
  await detections(stage, 6 * DAY + 8 * HOUR, 1, true);
  // 1 of the last hour's 1: a burn of 20. Of 91 in the period: a budget of 4.55 events.
  const calm = await gate('change_kind=iam');
  assert.ok((calm.burn['1h'] ?? 0) > 13.44);
  const spoken = calm.reasons.filter((reason) => reason.startsWith('mttd-config'));
  assert.deepEqual([calm.decision, spoken], ['warn', []], 'only what is not measured warns');
  // Three more misses: 4 of 4 in six hours. Of 94 in the period they leave a seventh of the budget.
  await detections(stage, 6 * DAY + 9 * HOUR, 3, true);
  const burning = await gate('change_kind=iam');
  assert.equal(burning.decision, 'block');
  assert.match(burning.reasons.join('; '), /mttd-config: the budget burns/);
  assert.equal((await gate('change_kind=deploy')).decision, 'warn');
});

test('a maintenance window has an owner and an end, holds back the fast burn, and is over when it is over', async () => {
  await using all = await estate();
  const { stage, call, gate, releases } = all;
  for (let day = 1; day <= 6; day++) await detections(stage, day * DAY, 15, false);
  await detections(stage, 6 * DAY + 8 * HOUR, 4, true);
  assert.equal((await gate('change_kind=iam')).decision, 'block');
  const ends_at = new Date(stage.now + 2 * HOUR).toISOString();
  const { status, json } = await call('ana', '/maintenance', {
    reason: 'scanner upgrade',
    owner: 'platform',
    ends_at,
    slis: ['mttd-config'],
  });
  assert.deepEqual([status, json.state, json.owner, json.ends_at], [201, 'in_force', 'platform', ends_at]);
  const meanwhile = await gate('change_kind=iam');
  assert.equal(meanwhile.decision, 'warn');
  assert.match(meanwhile.reasons.join('; '), /maintenance by platform until .*: a fast burn is expected/);
  assert.deepEqual(releases.maintenanceEnds(), [
    { tenant: 'default', sli: 'mttd-config', endsMs: Date.parse(ends_at) },
  ]);

  stage.now += HOUR;
  assert.equal((await call('ana', `/maintenance/${json.id}/end`, {})).json.state, 'over');
  assert.equal((await gate('change_kind=iam')).decision, 'block');
  assert.deepEqual(releases.maintenanceEnds(), []);
});

const wrong: [what: string, path: string, body: (nowMs: number) => object][] = [
  ['an override without a reason', '/gate/overrides', () => ({ reason: ' ' })],
  ['a window without an end', '/maintenance', () => ({ reason: 'work' })],
  ['a window that is over', '/maintenance', () => ({ reason: 'work', ends_at: new Date(T0 - 1).toISOString() })],
  ['a window of 15 days', '/maintenance', () => ({ reason: 'work', ends_at: new Date(T0 + 15 * DAY).toISOString() })],
  ['a window of no SLI', '/maintenance', () => ({ reason: 'w', ends_at: new Date(T0 + 1).toISOString(), slis: ['x'] })],
];
for (const [what, path, body] of wrong) {
  test(`${what} is refused with 400`, async () => {
    await using all = await estate();
    assert.equal((await all.call('ana', path, body(all.stage.now))).status, 400);
  });
}
