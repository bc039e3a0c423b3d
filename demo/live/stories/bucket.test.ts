import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createApp } from '@cnapp-slo/collector-processor/src/app.ts';
import type { PersonInput } from '@cnapp-slo/model';
import { buildCompany } from '../../company/company.ts';
import { encode } from '../../telemetry/otlp.ts';
import type { World } from '../../world.ts';
import { type Happening, simulate } from '../simulate.ts';
import { bucketStory } from './bucket.ts';

const START_MS = Date.parse('2026-10-14T15:20:00Z');

test('the bucket story gives the clocks that its steps say', async () => {
  const company = buildCompany('1');
  const world: World = { company, violations: [], exposures: [], drifts: [], releases: [], lifetimes: new Map() };
  const bucket = company.resources.find(({ kind }) => kind === 'bucket');
  assert.ok(bucket);
  let now = START_MS;
  const app = await createApp({ storage: { path: ':memory:' } }, () => now);
  const finding = () =>
    app.estate.findings({ asset: bucket.id }).items.find(({ rule }) => rule === 's3_bucket_public_access');
  for (const one of simulate(world, START_MS, 120, (stage) => [bucketStory(stage, bucket)])) {
    now = one.atMs;
    if (one.kind === 'telemetry') {
      const { logs, traces } = encode([one.telemetry]);
      const [signal, body] = logs === null ? (['traces', traces] as const) : (['logs', logs] as const);
      const bytes = Buffer.from(body ?? '');
      const delivery = { transport: 'otlp_http', encoding: 'otlp_json', signal, bytes, receivedMs: now } as const;
      assert.equal((await app.intake.accept(delivery)).status, 'accepted');
      continue;
    }
    const subjectId = finding()?.id ?? '';
    assert.equal((await app.inputs.record(inputOf(one, subjectId), 'default')).status, 'accepted');
  }
  const episodes = app.estate.finding(finding()?.id ?? '')?.episodes ?? [];
  const mttd = app.slis.get('mttd-config');
  await app.stop();

  assert.equal(episodes.length, 1);
  const seconds = Object.fromEntries(
    Object.entries(episodes[0]?.clocks ?? {}).map(([name, clock]) => [name, (Date.parse(clock.at) - START_MS) / 1000]),
  );
  // Pushed at 0, run done after 6, applied 1 later; scan 25 later, alert 4, acknowledgement 12, verdict 5; revert pushed 10 later, applied 7 later; scan 20 later.
  assert.deepEqual(seconds, {
    t_change: 7,
    t_observable: 7,
    t_detect: 32,
    t_alert: 36,
    t_ack: 48,
    t_triage: 53,
    t_remediate: 70,
    t_verify: 90,
    t_close: 90,
  });
  assert.equal(episodes[0]?.clocks.t_change?.precision, 'exact');
  assert.equal(episodes[0]?.close_reason, 'remediated_verified');
  assert.equal(episodes[0]?.change?.action, 'aws:s3:PutBucketPolicy');
  assert.equal(mttd?.value, 25);
});

function inputOf({ kind, actor, atMs }: Exclude<Happening, { kind: 'telemetry' }>, subjectId: string): PersonInput {
  const human = { id: actor, kind: 'human' } as const;
  if (kind === 'alert') return { kind, subjectId, channel: 'alertmanager', precision: 'inferred', atMs };
  if (kind === 'acknowledgement') return { kind, subjectId, channel: 'api', actor: human, atMs };
  return { kind: 'verdict', subjectId, verdict: 'tp', actor: human, atMs };
}
