import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { run } from '@cnapp-slo/collector-processor/src/cli/slo.ts';
import { startProcessor } from '../servers/processor.ts';
import { startPrometheus, waitForSamples } from '../servers/prometheus.ts';
import { requirePart } from '../servers/require-part.ts';
import { detection } from './detections.ts';

const { skip } = requirePart('prometheus');

const slo = (name: string, bad: string, total: string, annotations = '') => `
apiVersion: openslo/v1
kind: SLO
metadata: { name: ${name}, annotations: { cnapp-slo.dev/freshness: up${annotations} } }
spec:
  service: shop
  indicator:
    metadata: { name: ${name} }
    spec:
      ratioMetric:
        counter: true
        bad: { metricSource: { type: Prometheus, spec: { query: '${bad}' } } }
        total: { metricSource: { type: Prometheus, spec: { query: '${total}' } } }
  timeWindow: [{ duration: 28d, isRolling: true }]
  budgetingMethod: Occurrences
  objectives: [{ target: 0.99 }]
---`;

test('slo check asks a live Prometheus, and backtest replays it', { skip }, async () => {
  let scrapes = 0;
  const page = () =>
    [
      '# TYPE orders_total counter',
      `orders_total{outcome="good"} ${++scrapes * 100}`,
      `orders_total{outcome="bad"} ${scrapes}`,
      '# TYPE queue_total gauge',
      'queue_total 7',
    ].join('\n');
  const target = createServer((_, response) => response.end(`${page()}\n`)).listen(0, '127.0.0.1');
  await once(target, 'listening');
  const { port } = target.address() as AddressInfo;
  const prometheus = await startPrometheus({ targets: { shop: [`127.0.0.1:${port}`] } });
  const folder = await mkdtemp(join(tmpdir(), 'cnapp-slo-live-'));
  try {
    const fromMs = Date.now();
    await waitForSamples(prometheus, 'count_over_time(orders_total[1m]) >= 4');
    await writeFile(
      join(folder, 'slos.yaml'),
      [
        slo('fine', 'orders_total{outcome="bad"}', 'orders_total'),
        slo('gone', 'vanished_total{outcome="bad"}', 'vanished_total'),
        slo('gauge', 'queue_total', 'queue_total'),
        slo('blind', 'orders_total{outcome="bad"}', 'orders_total', ', cnapp-slo.dev/exact-counts: orders_window'),
        slo('ungrouped', 'orders_total{outcome="bad"}', 'orders_total', ', cnapp-slo.dev/group-by: tenant'),
      ].join('\n'),
    );
    let [out, err] = ['', ''];
    const io = {
      stdout: { write: (text: string) => (out += text) },
      stderr: { write: (text: string) => (err += text) },
    };
    assert.equal(await run(['check', folder, '--prometheus', prometheus.url], io), 1);
    const lines = err.trim().split('\n');
    const found = lines.map((line) => / (error|warning) (\S+) (\S+):/.exec(line)?.slice(1, 4).join(' '));
    assert.deepEqual(
      new Set(found.filter((line) => !line?.includes('live.traffic'))),
      new Set([
        'error live.no_series gone',
        'warning live.no_series gone',
        'error live.not_a_counter gauge',
        'error live.no_series blind',
        'error live.group_label ungrouped',
      ]),
    );

    const range = ['--from', new Date(fromMs).toISOString(), '--to', new Date().toISOString()];
    out = '';
    assert.equal(
      await run(['backtest', folder, '--slo', 'fine', '--prometheus', prometheus.url, ...range, '--json'], io),
      0,
    );
    assert.equal(JSON.parse(out).slo, 'fine');

    err = '';
    assert.equal(await run(['check', folder, '--prometheus', 'http://127.0.0.1:1'], io), 1);
    assert.match(err, /127\.0\.0\.1:1 does not answer/);
  } finally {
    await prometheus.stop();
    target.closeAllConnections();
    target.close();
    await rm(folder, { recursive: true });
  }
});

test('of the product’s own SLOs every series is there, once a source has spoken', { skip }, async () => {
  const processor = await startProcessor();
  const prometheus = await startPrometheus({ targets: { cnapp: [processor.metrics] } });
  try {
    await processor.sendLogs(detection(false));
    await waitForSamples(prometheus, 'cnapp_source_last_received_timestamp_seconds', 60_000);
    let err = '';
    const io = { stdout: { write: () => {} }, stderr: { write: (text: string) => (err += text) } };
    await run(['check', join(import.meta.dirname, '../../alert-rules/slos'), '--prometheus', prometheus.url], io);
    const errors = [...err.matchAll(/ error (\S+) (\S+): (\w+)/g)].map(([, ...found]) => found.join(' '));
    // Unknown is absent: no change has been deployed yet.
    assert.deepEqual(errors, ['live.no_series policy-checks cnapp_sli_value'], err);
  } finally {
    await Promise.all([prometheus.stop(), processor.stop()]);
  }
});
