import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Delivery, SamplingSources, TierSubject, Transition } from '@cnapp-slo/model';
import { waitFor } from '../../../tests/servers/process.ts';
import { readLogsJson } from '../pipeline/otlp/index.ts';
import { SamplingService } from './service.ts';
import { SamplingConfig } from './service-config.ts';

const NOW = Date.parse('2026-10-01T12:00:00Z');
const folder = mkdtempSync(join(tmpdir(), 'sampling-service-'));
const received: { body: string; policy: unknown; threshold: unknown }[] = [];
const downstream = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  readLogsJson(Buffer.concat(chunks), (record) =>
    received.push({
      body: record.bodyText(),
      policy: record.attribute('cnapp.sampling.policy'),
      threshold: record.attribute('sampling.threshold'),
    }),
  );
  response.end();
});
await new Promise<void>((listening) => downstream.listen(0, '127.0.0.1', listening));
after(() => {
  downstream.close();
  rmSync(folder, { recursive: true });
});

const subject = (id: string, neighbours: string[]): TierSubject => ({
  tenant: 'default',
  id,
  kind: 'host',
  names: [],
  facts: { criticality: 'c3', dataClass: null, exposure: null, isKnownExploited: false, hasOpenIncident: false },
  neighbours,
});

const subjects = [subject('victim', ['beside']), subject('beside', ['victim']), subject('far', [])];
const listeners: ((transitions: readonly Transition[]) => void)[] = [];
const saved: string[] = [];
const sources: SamplingSources = {
  subjects: () => subjects,
  subject: (_tenant, id) => subjects.find((one) => one.id === id) ?? null,
  detections: () => [],
  volumes: () => [],
  tiersChanged: () => {},
  load: () => null,
  save: (state) => saved.push(state),
  rollouts: () => [],
  tell: () => assert.fail(),
  sliRatio: () => null,
  subscribe: (listener) => {
    listeners.push(listener);
    return () => {};
  },
  nowMs: () => NOW,
};

async function pass(service: SamplingService, host: string, minutes: number): Promise<void> {
  const logRecords = Array.from({ length: minutes }, (_, minute) => ({
    timeUnixNano: `${BigInt(NOW - minute * 60_000) * 1_000_000n}`,
    body: { stringValue: `${host} ${minute}` },
  }));
  const attributes = [{ key: 'host.name', value: { stringValue: host } }];
  const bytes = Buffer.from(
    JSON.stringify({ resourceLogs: [{ resource: { attributes }, scopeLogs: [{ logRecords }] }] }),
  );
  const delivery: Delivery = { transport: 'otlp_http', encoding: 'otlp_json', signal: 'logs', bytes, receivedMs: NOW };
  const tap = service.begin(delivery);
  readLogsJson(bytes, (record) =>
    tap.take(
      record,
      {
        tenant: 'default',
        format: 'otlp-logs',
        eventClass: 'log',
        assetId: null,
      },
      record.timeMs,
    ),
  );
  assert.equal(await tap.end(), true);
}

test('a detection promotes its asset and its neighbours, and what was dropped of them is sent on', async () => {
  const { port } = downstream.address() as AddressInfo;
  const config = SamplingConfig.parse({
    mode: 'forward',
    path: folder,
    forward: { otlp_http: { endpoint: `http://127.0.0.1:${port}` } },
  });
  const promotedCounts: [number, number][] = [];
  const service = new SamplingService(config, sources, {
    records: () => {},
    shipments: () => {},
    promoted: (assets, backfilled) => promotedCounts.push([assets, backfilled]),
    stepped: () => {},
    guarded: () => {},
    failed: (what, error) => assert.fail(`${what}: ${error}`),
  });
  await service.start();
  for (const host of ['victim', 'beside', 'far']) await pass(service, host, 200);
  const of = (host: string) => received.filter(({ body }) => body.startsWith(`${host} `));
  // A fiftieth of 200 minutes.
  await waitFor('the sampled stream', () => service.queuedBytes === 0);
  const before = of('victim').length;
  assert.ok(before < 20, String(before));

  const episode = { detectorClass: 'runtime', exercise: false, origin: 'live' };
  const finding = { tenant: 'default', detector: 'falco', rule: 'shell', asset: { id: 'victim' } };
  for (const listener of listeners) listener([{ at: 'detected', episode, finding } as unknown as Transition]);
  await waitFor('what was dropped', () => of('victim').length === 200 && of('beside').length === 200);
  assert.ok(of('far').length < 20);
  const backfilled = of('victim').filter(({ policy }) => policy === 'backfill');
  assert.equal(backfilled.length, 200 - before);
  // Kept by a decision, not by chance: it stands for nothing else.
  assert.ok(backfilled.every(({ threshold }) => threshold === undefined));
  assert.deepEqual(promotedCounts, [[2, 2]]);
  assert.equal(JSON.parse(saved.at(-1) ?? '[]')[0].actor.id, 'detection');

  await pass(service, 'victim', 50);
  await waitFor('all of what comes now', () => of('victim').length === 250);
  await service.stop();
});
