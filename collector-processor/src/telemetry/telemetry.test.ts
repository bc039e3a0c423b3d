import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { type CollectorServer, startCollector } from '../../../tests/servers/collector.ts';
import { waitFor } from '../../../tests/servers/process.ts';
import { requirePart } from '../../../tests/servers/require-part.ts';
import { TelemetryConfig } from './config.ts';
import type { LogRecord } from './logger.ts';
import { RegistryMetricProducer } from './metric-producer.ts';
import { Telemetry } from './telemetry.ts';

const collector = requirePart('collector');

function telemetryOf(raw: unknown, ownReceivers: string[] = []) {
  const records: LogRecord[] = [];
  const sink = (record: LogRecord) => records.push(record);
  return { telemetry: new Telemetry(TelemetryConfig.parse(raw), { ownReceivers, sink }), records };
}

/** Lines of the registry's page that are about `name`. */
async function shown(telemetry: Telemetry, name: string): Promise<string[]> {
  const page = await telemetry.registry.metrics();
  return page.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
}

test('what parts count about themselves is on the page', async () => {
  const { telemetry } = telemetryOf({});
  telemetry.receivers.request('otlp_grpc', 'logs', 'OK');
  telemetry.receivers.request('otlp_http', null, '404');
  telemetry.receivers.refusedRecords('otlp_grpc', 'logs', 'trivy.schema', 2);
  telemetry.receivers.bytesInFlight('otlp_grpc', 297_000);
  telemetry.exporters.dropped('kafka', 'queue_full', 5);
  telemetry.processor.records('duplicate', 7);
  telemetry.processor.commit('committed', 0.004, 500);
  telemetry.api.request('GET', '/api/v1/slis', 200, 0.01);
  telemetry.watch('cnapp_queue_bytes', 'Bytes that wait for their commit.', () => 42);
  const pages = {
    cnapp_receiver_requests_total: [
      'cnapp_receiver_requests_total{transport="otlp_grpc",signal="logs",code="OK"} 1',
      'cnapp_receiver_requests_total{transport="otlp_http",signal="unknown",code="404"} 1',
    ],
    cnapp_receiver_refused_records_total: [
      'cnapp_receiver_refused_records_total{transport="otlp_grpc",signal="logs",code="trivy.schema"} 2',
    ],
    cnapp_receiver_in_flight_bytes: ['cnapp_receiver_in_flight_bytes{transport="otlp_grpc"} 297000'],
    cnapp_exporter_dropped_total: ['cnapp_exporter_dropped_total{exporter="kafka",reason="queue_full"} 5'],
    cnapp_records_total: ['cnapp_records_total{outcome="duplicate"} 7'],
    cnapp_commit_facts_total: ['cnapp_commit_facts_total 500'],
    cnapp_queue_bytes: ['cnapp_queue_bytes 42'],
  };
  for (const [name, lines] of Object.entries(pages)) assert.deepEqual(await shown(telemetry, name), lines);
  assert.equal((await shown(telemetry, 'nodejs_eventloop_lag_seconds')).length, 1);
});

test('a commit that failed is timed, but is not the last commit', async () => {
  const { telemetry } = telemetryOf({});
  telemetry.processor.commit('failed', 0.2, 500);
  assert.deepEqual(await shown(telemetry, 'cnapp_last_commit_timestamp_seconds'), []);
  assert.deepEqual(await shown(telemetry, 'cnapp_commit_facts_total'), ['cnapp_commit_facts_total 0']);
  assert.deepEqual(await shown(telemetry, 'cnapp_commit_duration_seconds_count'), [
    'cnapp_commit_duration_seconds_count{outcome="committed"} 0',
    'cnapp_commit_duration_seconds_count{outcome="failed"} 1',
  ]);
});

test('the processor does not export into itself unless told to', () => {
  const to = (endpoint: string, more = {}) => ({ otlp: { endpoint, ...more } });
  for (const [endpoint, own] of [
    ['http://127.0.0.1:4317', '127.0.0.1:4317'],
    ['http://localhost:4317', '0.0.0.0:4317'],
    ['http://[::1]:4317', '127.0.0.1:4317'],
    ['http://processor:4317', 'processor:4317'],
  ] as const) {
    assert.throws(() => telemetryOf(to(endpoint), [own]), /^Error: telemetry\.otlp\.endpoint: is this processor's own/);
  }
  telemetryOf(to('http://127.0.0.1:4317', { allow_self: true }), ['127.0.0.1:4317']);
  telemetryOf(to('http://127.0.0.1:4327'), ['127.0.0.1:4317', '127.0.0.1:4318']);
  telemetryOf(to('http://collector:4317'), ['127.0.0.1:4317']);
});

test('OTLP gets the same numbers as the page', async () => {
  const registry = new Registry();
  const registers = [registry];
  new Counter({ name: 'c_total', help: 'c', labelNames: ['a'], registers }).inc({ a: 'x' }, 3);
  new Gauge({ name: 'g', help: 'g', registers }).set(1.5);
  const histogram = new Histogram({ name: 'h', help: 'h', labelNames: ['a'], buckets: [1, 10], registers });
  for (const value of [0.5, 1, 5, 50]) histogram.observe({ a: 'x' }, value);
  histogram.observe({ a: 'y' }, 2);
  const { resourceMetrics } = await new RegistryMetricProducer(registry, () => 1500).collect();
  const points = (resourceMetrics.scopeMetrics[0]?.metrics ?? []).map(({ descriptor, dataPoints }) => [
    descriptor.name,
    dataPoints.map(({ attributes, value }) => [attributes, value]),
  ]);
  assert.deepEqual(points, [
    ['c_total', [[{ a: 'x' }, 3]]],
    ['g', [[{}, 1.5]]],
    [
      'h',
      [
        // 0.5 and 1 are at most 1, 5 is at most 10, 50 is beyond.
        [{ a: 'x' }, { buckets: { boundaries: [1, 10], counts: [2, 1, 1] }, sum: 56.5, count: 4 }],
        [{ a: 'y' }, { buckets: { boundaries: [1, 10], counts: [0, 1, 0] }, sum: 2, count: 1 }],
      ],
    ],
  ]);
});

/** Everything that the Collector's file exporters have written. */
function received(server: CollectorServer, signal: string): string {
  const file = join(server.folder, `${signal}.json`);
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

const toFiles = (folder: string) => {
  const signals = ['logs', 'metrics', 'traces'];
  const file = (signal: string) => ({ path: join(folder, `${signal}.json`), flush_interval: '100ms' });
  return {
    exporters: Object.fromEntries(signals.map((signal) => [`file/${signal}`, file(signal)])),
    pipelines: Object.fromEntries(
      signals.map((signal) => [signal, { receivers: ['otlp'], exporters: [`file/${signal}`] }]),
    ),
  };
};

test('a real Collector receives the logs, metrics and traces', { skip: collector.skip }, async () => {
  const server = await startCollector(toFiles);
  const { telemetry, records } = telemetryOf({
    service_name: 'processor-under-test',
    otlp: { endpoint: `http://${server.grpc}`, trace_sample_ratio: 1 },
  });
  try {
    await telemetry.start();
    telemetry.log.warn('destination is away', { exporter: 'kafka', token: 'hunter2' });
    telemetry.processor.commit('committed', 0.004, 500);
    await telemetry.stop();
    telemetry.log.info('after the end');
    for (const signal of ['logs', 'metrics', 'traces']) {
      await waitFor(signal, () => received(server, signal).includes('processor-under-test'));
    }
    assert.match(received(server, 'logs'), /"stringValue":"destination is away"/);
    assert.doesNotMatch(received(server, 'logs'), /hunter2|after the end/);
    assert.match(received(server, 'metrics'), /"name":"cnapp_commit_duration_seconds"/);
    assert.match(received(server, 'traces'), /"name":"commit"/);
    assert.deepEqual(
      records.map(({ message }) => message),
      ['destination is away', 'after the end'],
    );
  } finally {
    await telemetry.stop();
    await server.stop();
  }
});
