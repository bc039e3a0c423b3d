import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type CollectorServer, startCollector } from '../../../tests/servers/collector.ts';
import { freePort, waitFor } from '../../../tests/servers/process.ts';
import { requirePart } from '../../../tests/servers/require-part.ts';
import { clockAt, episode, PushFeed, publicBucket, recordingSettings, START_MS, transition } from '../samples.ts';
import { OtlpTracesExporter, parseOtlpTracesConfig } from './exporter.ts';
import { spansOf } from './spans.ts';

const collector = requirePart('collector');

const clocks = {
  t_change: clockAt(0),
  t_observable: clockAt(300),
  t_detect: clockAt(1200, 'prowler'),
  t_alert: clockAt(1260, 'alertmanager'),
};
const closedClocks = { ...clocks, t_verify: clockAt(3600, 'prowler'), t_close: clockAt(3600, 'prowler') };
const eventTrace = '4bf92f3577b34da6a3ce929d0e0e4736';

test('segments are exported as they complete, the root on close', () => {
  const names = (at: Parameters<typeof transition>[0], of = clocks) =>
    spansOf(transition(at, episode(of))).map((span) => span.name);
  assert.deepEqual(names('detected'), ['source_lag', 'pipeline_lag']);
  assert.deepEqual(names('alerted'), ['route']);
  assert.deepEqual(names('suspended'), []);
  assert.deepEqual(names('verified', closedClocks), ['verify']);
  assert.deepEqual(names('closed', closedClocks), ['episode']);
  assert.deepEqual(names('restated', closedClocks), ['source_lag', 'pipeline_lag', 'route', 'verify', 'episode']);
});

test('ids come from the episode: the same step again is the same span, another episode another trace', () => {
  const first = spansOf(transition('detected', episode(clocks)));
  assert.deepEqual(spansOf(transition('detected', episode(clocks))), first);
  const root = spansOf(transition('closed', episode(closedClocks)))[0];
  assert.deepEqual(
    first.map((span) => [span.traceId, span.parentSpanId]),
    first.map(() => [root?.traceId, root?.spanId]),
  );
  assert.match(root?.traceId ?? '', /^[0-9a-f]{32}$/);
  assert.match(root?.spanId ?? '', /^[0-9a-f]{16}$/);
  const ids = new Set([...first, root].map((span) => span?.spanId));
  assert.equal(ids.size, 3);
  for (const other of [episode(clocks, { id: 'f_0a1b2c.2' }), episode(clocks, { tenant: 'beta' })]) {
    assert.notEqual(spansOf(transition('detected', other))[0]?.traceId, root?.traceId);
  }
});

test('a span says where its clocks come from, and links the trace of the event', () => {
  const [, detect] = spansOf(transition('detected', episode(clocks, { traceIds: [eventTrace, 'not a trace'] })));
  assert.equal(detect?.startMs, START_MS + 300_000);
  assert.equal(detect?.endMs, START_MS + 1_200_000);
  assert.deepEqual(detect?.linkedTraceIds, [eventTrace]);
  const { attributes = {} } = detect ?? {};
  assert.equal(attributes['cnapp.segment.from.source'], 'cloudtrail');
  assert.equal(attributes['cnapp.segment.to.source'], 'prowler');
  assert.equal(attributes['cloud.account.id'], '111122223333');
  assert.equal(attributes['cloud.resource_id'], 'arn:aws:s3:::acme-invoices');
  assert.equal(attributes['cnapp.owner_team'], 'payments');
  assert.equal('k8s.cluster.name' in attributes, false);
  const workload = {
    id: 'k8s://prod/shop/deployment/cart',
    kind: 'deployment',
    provider: 'kubernetes' as const,
    name: 'cart',
    cluster: 'prod',
    namespace: 'shop',
  };
  const finding = { ...publicBucket, asset: workload };
  const [span] = spansOf(transition('alerted', episode(clocks), { asset: undefined, finding }));
  assert.equal(span?.attributes['k8s.deployment.name'], 'cart');
  assert.equal(span?.attributes['k8s.namespace.name'], 'shop');
  assert.equal('cloud.provider' in (span?.attributes ?? {}), false);
});

interface OtlpSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  links?: { traceId: string }[];
}

/** What the Collector's file exporter has written so far. */
function received(server: CollectorServer): OtlpSpan[] {
  const file = join(server.folder, 'out.json');
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
  return lines.flatMap((line) => {
    const { resourceSpans } = JSON.parse(line) as { resourceSpans: { scopeSpans: { spans: OtlpSpan[] }[] }[] };
    return resourceSpans.flatMap((resource) => resource.scopeSpans.flatMap((scope) => scope.spans));
  });
}

const toFile = (folder: string) => ({
  exporters: { file: { path: join(folder, 'out.json'), flush_interval: '100ms' } },
  pipelines: { traces: { receivers: ['otlp'], exporters: ['file'] } },
});

test('a real Collector receives an episode as one trace, but no backfill', { skip: collector.skip }, async () => {
  const server = await startCollector(toFile);
  const feed = new PushFeed();
  const settings = recordingSettings();
  const config = parseOtlpTracesConfig({ endpoint: `http://${server.grpc}` });
  assert.ok(config);
  const exporter = new OtlpTracesExporter(config, feed, settings);
  try {
    await exporter.start();
    feed.push(transition('detected', episode(clocks, { id: 'f_old.1', origin: 'backfill' })));
    feed.push(transition('detected', episode(clocks, { traceIds: [eventTrace] })));
    feed.push(transition('alerted', episode(clocks)));
    feed.push(transition('closed', episode(closedClocks)));
    await waitFor('four spans to be taken', () => settings.counts.get('exported') === 4);
    await waitFor('four spans in the file', () => received(server).length >= 4);
    const spans = received(server);
    assert.deepEqual(
      spans.map((span) => span.name),
      ['source_lag', 'pipeline_lag', 'route', 'episode'],
    );
    assert.equal(new Set(spans.map((span) => span.traceId)).size, 1);
    const root = spans[3];
    assert.equal(root?.parentSpanId || undefined, undefined);
    assert.equal(root?.startTimeUnixNano, `${START_MS}000000`);
    assert.equal(root?.endTimeUnixNano, `${START_MS + 3_600_000}000000`);
    assert.ok(spans.slice(0, 3).every((span) => span.parentSpanId === root?.spanId));
    assert.equal(spans[1]?.links?.[0]?.traceId, eventTrace);
  } finally {
    await exporter.stop();
    await server.stop();
  }
});

test('while the receiver is away spans wait, and what does not fit is dropped and counted', async () => {
  const settings = recordingSettings();
  const feed = new PushFeed();
  const config = parseOtlpTracesConfig({ endpoint: `http://127.0.0.1:${await freePort()}`, max_queue_spans: 3 });
  assert.ok(config);
  const exporter = new OtlpTracesExporter(config, feed, settings);
  await exporter.start();
  feed.push(transition('detected', episode(clocks)), transition('restated', episode(clocks)));
  await waitFor('a retry', () => (settings.counts.get('retried unavailable') ?? 0) > 0);
  assert.equal(settings.counts.get('dropped queue_full'), 2);
  assert.equal(settings.counts.get('queued'), 3);
  await exporter.stop();
  assert.equal(settings.counts.get('dropped shutdown'), 3);
});

test('without a section there is no exporter, and a wrong key is named', () => {
  assert.equal(parseOtlpTracesConfig(undefined), null);
  assert.throws(() => parseOtlpTracesConfig({}), /^Error: exporters\.otlp_traces\.endpoint: /);
  assert.throws(() => parseOtlpTracesConfig({ endpoint: 'ftp://x' }), /exporters\.otlp_traces\.endpoint: /);
  assert.throws(() => parseOtlpTracesConfig({ endpoint: 'http://x:1', timeout: '3' }), /timeout: must be a duration/);
});
