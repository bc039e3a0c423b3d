import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { createApp } from '@cnapp-slo/collector-processor/src/app.ts';
import { contextOf } from '../company/company.ts';
import { recognised } from '../recognised.ts';
import { encode } from '../telemetry/otlp.ts';
import { buildHistory, type History } from './history.ts';

const END_MS = Date.parse('2026-10-14T15:20:00Z');
const DAYS = 28;

const bytesOf = ({ telemetry, inputs }: History): string =>
  createHash('sha256')
    .update(JSON.stringify([encode(telemetry), inputs]))
    .digest('hex');

test('the same seed gives the same history, byte for byte, and another seed another one', () => {
  const build = (seed: string): string => bytesOf(buildHistory({ seed, endMs: END_MS, days: DAYS }));
  assert.equal(build('1'), build('1'));
  assert.notEqual(build('1'), build('2'));
});

test('every record is recognised as the format that it claims, and nothing is refused', () => {
  const { telemetry, world } = buildHistory({ seed: '1', endMs: END_MS, days: DAYS });
  const formats = new Set(telemetry.map(({ format }) => format));
  const observations = recognised(telemetry, END_MS);
  assert.deepEqual([...formats].sort(), [
    'cicd-spans',
    'cloudtrail',
    'driftctl',
    'falco',
    'github-webhooks',
    'inventory-aws-config',
    'inventory-kubernetes-k8sobjects',
    'k8s-audit',
    'ocsf',
    'securityhub-asff',
    'terraform-plan',
    'trivy-operator',
  ]);
  // Who owns what, how critical it is and where it runs reaches the processor by tags and labels alone.
  const contexts = new Map(
    observations.flatMap((one) => (one.kind === 'asset' && one.context ? [[one.asset.id, one.context] as const] : [])),
  );
  // A scratch bucket may come and go between two snapshots of AWS Config.
  const lasting = world.company.resources.filter(({ id }) => !world.lifetimes.has(id));
  for (const resource of lasting) assert.deepEqual(contexts.get(resource.id), contextOf(resource));
});

test('nothing lies after the end, and the month is long enough to be one', () => {
  const { telemetry, inputs } = buildHistory({ seed: '3', endMs: END_MS, days: DAYS });
  const times = telemetry.map(({ atMs }) => atMs);
  assert.ok(Math.max(...times) < END_MS);
  assert.ok(Math.max(...inputs.map(({ atMs }) => atMs)) < END_MS);
  assert.ok(Math.min(...times) >= END_MS - DAYS * 86_400_000 - 60_000);
  assert.ok(telemetry.length > 10_000 && telemetry.length < 60_000, `${telemetry.length} records`);
});

test('the numbers of the month are believable, with part of each budget used', async () => {
  const { telemetry, inputs } = buildHistory({ seed: '1', endMs: END_MS, days: DAYS });
  const app = await createApp({ storage: { path: ':memory:' } }, () => END_MS);
  const { logs, traces } = encode(telemetry);
  const delivery = {
    transport: 'import',
    encoding: 'native',
    signal: 'logs',
    receivedMs: END_MS,
    backfill: true,
  } as const;
  for (const body of [logs, traces]) await app.intake.accept({ ...delivery, bytes: Buffer.from(body ?? '') });
  const ids = new Map<string, string>();
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page = app.estate.findings({ limit: 500, ...(cursor && { cursor }) });
    for (const { id, asset_id, rule } of page.items) ids.set(`${asset_id} ${rule}`, id);
    cursor = page.next_cursor;
  }
  for (const { kind, assetId, rule, atMs } of inputs) {
    const subjectId = ids.get(`${assetId} ${rule}`);
    if (subjectId === undefined || kind !== 'alert') continue;
    await app.inputs.record({ kind, subjectId, channel: 'alertmanager', precision: 'inferred', atMs }, 'default');
  }
  const [mttd, mttr, drift] = ['mttd-config', 'mttr', 'drift-rate'].map((id) => app.slis.get(id));
  await app.stop();
  for (const sli of [mttd, mttr, drift]) {
    const remaining = sli?.budget.remaining ?? 0;
    assert.ok(remaining > 0.05 && remaining < 0.95, `${sli?.id}: ${remaining} of the budget is left`);
  }
  const minutes = (mttd?.value ?? 0) / 60;
  const hours = (mttr?.value ?? 0) / 3600;
  assert.ok(minutes > 8 && minutes < 60, `MTTD ${minutes} minutes`);
  assert.ok(hours > 6 && hours < 48, `MTTR ${hours} hours`);
  assert.ok((drift?.value ?? 0) > 0.005 && (drift?.value ?? 1) < 0.05, `drift ${drift?.value}`);
});
