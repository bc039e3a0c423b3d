import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Simulation } from '@cnapp-slo/model';
import { type App, createApp } from '../app.ts';

const folder = mkdtempSync(join(tmpdir(), 'sampling-api-'));
const NOW = Date.parse('2026-10-01T12:00:00Z');
let app: App;

const start = async (): Promise<App> => {
  const started = await createApp(
    {
      storage: { path: join(folder, 'cnapp.db') },
      receivers: { otlp: { grpc: { endpoint: '127.0.0.1:0' }, http: { endpoint: '127.0.0.1:0' } } },
      api: { endpoint: '127.0.0.1:0' },
      metrics: { endpoint: '127.0.0.1:0' },
      sampling: { mode: 'shadow', path: join(folder, 'sampling'), tiers: { revision: 'r9' } },
    },
    () => NOW,
  );
  await started.start();
  return started;
};

const arn = (name: string) => `arn:aws:ec2:eu-central-1:111122223333:instance/${name}`;
const resource = (name: string, criticality: string, more: object[] = []) => ({
  ResourceARN: arn(name),
  Tags: [{ Key: 'criticality', Value: criticality }, { Key: 'service', Value: name }, ...more],
});

before(async () => {
  const first = await start();
  const inventory = {
    ResourceTagMappingList: [
      resource('pay', 'c0'),
      resource('shop', 'c1'),
      resource('batch', 'c3'),
      resource('wiki', 'c3', [{ Key: 'data-classification', Value: 'confidential' }]),
    ],
  };
  const bytes = Buffer.from(JSON.stringify(inventory));
  await first.intake.accept({ transport: 'import', encoding: 'native', signal: 'logs', bytes, receivedMs: NOW });
  await first.stop();
  app = await start(); // tiers are made at the start, and every minute
});
after(async () => {
  await app.stop();
  rmSync(folder, { recursive: true });
});

async function call(path: string, body?: object): Promise<{ status: number; json: Record<string, unknown> }> {
  const response = await fetch(`http://${app.addresses.api}/api/v1${path}`, {
    ...(body && { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  return { status: response.status, json: (await response.json()) as Record<string, unknown> };
}

async function sendLogs(service: string, lines: number): Promise<void> {
  const logRecords = Array.from({ length: lines }, (_, line) => ({
    timeUnixNano: `${BigInt(NOW - line * 60_000) * 1_000_000n}`,
    body: { stringValue: `line ${line}` },
  }));
  const attributes = [{ key: 'service.name', value: { stringValue: service } }];
  const request = { resourceLogs: [{ resource: { attributes }, scopeLogs: [{ logRecords }] }] };
  const response = await fetch(`http://${app.addresses.otlp_http}/v1/logs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
  });
  assert.equal(response.status, 200);
}

test('nothing was recorded yet: a simulation says so', async () => {
  const { status, json } = await call('/sampling/simulations', {});
  assert.deepEqual([status, json.code], [409, 'nothing_recorded']);
});

test('every asset has a tier, with reasons', async () => {
  const { json } = await call('/sampling/assets');
  assert.deepEqual(
    (json.items as { asset_id: string; tier: string; reasons: string[] }[]).map((item) => [
      item.asset_id.split('/')[1],
      item.tier,
      item.reasons[0],
    ]),
    [
      ['pay', 'T0', 'criticality c0'],
      ['shop', 'T1', 'criticality c1'],
      ['wiki', 'T1', 'confidential data'],
      ['batch', 'T3', 'criticality c3'],
    ],
  );
  const one = await call('/sampling/assets?tier=T0&limit=1');
  assert.deepEqual([(one.json.items as object[]).length, one.json.next_cursor], [1, null]);
});

test('telemetry is counted exactly by tier, before sampling', async () => {
  for (const [service, lines] of [
    ['pay', 20],
    ['shop', 100],
    ['batch', 100],
    ['nobody', 50],
  ] as const)
    await sendLogs(service, lines);
  const { json } = await call('/sampling?days=1');
  const volumes = json.volumes as Record<string, { name: string; events: number }[]>;
  assert.deepEqual(
    Object.fromEntries((volumes.tier ?? []).map(({ name, events }) => [name, events])),
    // The inventory itself is a record about the first of its assets.
    { T0: 20, T1: 100, T3: 100, unknown: (volumes.tier ?? []).find(({ name }) => name === 'unknown')?.events },
  );
  assert.equal((volumes.event_class ?? []).find(({ name }) => name === 'log')?.events, 270);
  assert.deepEqual([json.mode, json.revision], ['shadow', 'r9']);
});

test('a simulation over what passed: the candidate beside what is, with a diff to review', async () => {
  const { status, json } = await call('/sampling/simulations', { probability: { T3: 0.5 } });
  assert.equal(status, 200);
  const candidate = json.candidate as Simulation;
  const t3 = candidate.tiers.find(({ tier }) => tier === 'T3');
  assert.equal(t3?.events, 100);
  assert.ok(Math.abs((t3?.kept_bytes ?? 0) / (t3?.bytes ?? 1) - 0.5) < 1e-9);
  assert.equal(json.diff, '-  T3: 0.02\n+  T3: 0.5');
  assert.equal(json.needs_override, false);
  const budget = await call('/sampling/simulations', { budget_share: 0.7 });
  const { total } = budget.json.candidate as Simulation;
  assert.ok(Math.abs(total.kept_bytes / total.bytes - 0.7) < 0.01, String(total.kept_bytes / total.bytes));
  assert.equal((await call('/sampling/simulations', { budget_share: 0.001 })).json.code, 'budget_too_small');
});

test('a promotion raises an asset for a time, and is kept with who and why', async () => {
  const body = { asset_id: arn('batch'), reason: 'odd logins', actor: 'ana' };
  assert.equal((await call('/sampling/promotions', body)).status, 201);
  const { json } = await call('/sampling/assets?tier=T0');
  const batch = (json.items as { asset_id: string; reasons: string[] }[]).find(
    (item) => item.asset_id === arn('batch'),
  );
  assert.equal(batch?.reasons[0], 'promoted: odd logins');
  const [record] = (await call('/sampling/promotions')).json.items as { until: string; actor: string }[];
  assert.deepEqual([record?.actor, record?.until], ['ana', new Date(NOW + 3600_000).toISOString()]);
  assert.equal((await call('/sampling/promotions', { ...body, asset_id: 'nobody' })).status, 404);
});
