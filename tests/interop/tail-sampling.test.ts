import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { CollectorServer } from '../servers/collector.ts';
import { waitFor } from '../servers/process.ts';
import { requirePart } from '../servers/require-part.ts';
import { runTelemetrygen } from '../servers/telemetrygen.ts';
import { startCompiled } from './compiled-collector.ts';

const skip = requirePart('collector').skip || requirePart('telemetrygen').skip;
const TRACES = 1000;
/** By the defaults: 1, .5, .1 and .02. */
const shares = { 'pay-1': 1, 'shop-1': 0.5, 'web-1': 0.1, 'batch-1': 0.02 };

let collector: CollectorServer;
before(async () => {
  if (skip) return;
  collector = await startCompiled('otel-collector-tail.yaml', ({ tail_sampling: tail }) => {
    assert.ok(tail);
    tail.decision_wait = '2s'; // traces of the generator are short
  });
});
after(() => collector?.stop());

interface Span {
  traceId: string;
  traceState?: string;
}

/** Spans that were let through, by service and trace. */
function kept(): Map<string, Map<string, Span[]>> {
  const services = new Map<string, Map<string, Span[]>>();
  const path = join(collector.folder, 'kept.json');
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : [];
  for (const line of lines.filter((one) => one.endsWith('}')))
    for (const { resource, scopeSpans } of JSON.parse(line).resourceSpans ?? []) {
      const service = resource.attributes.find(({ key }: { key: string }) => key === 'service.name')?.value.stringValue;
      const traces = services.get(service) ?? new Map<string, Span[]>();
      services.set(service, traces);
      for (const { spans } of scopeSpans)
        for (const span of spans) traces.set(span.traceId, [...(traces.get(span.traceId) ?? []), span]);
    }
  return services;
}

test('tail sampling keeps whole traces by tier, of what a real generator sends over gRPC', {
  skip,
}, async (context) => {
  for (const service of Object.keys(shares))
    await runTelemetrygen(
      [
        'traces',
        '--traces',
        String(TRACES),
        '--rate',
        '0',
        '--otlp-insecure',
        '--otlp-endpoint',
        collector.grpc,
      ].concat(['--service', service]),
    );
  await waitFor('the critical traces', async () => kept().get('pay-1')?.size === TRACES);
  // The last service was sent last, and is decided about last.
  await waitFor('some of the least critical', async () => (kept().get('batch-1')?.size ?? 0) > 0);
  let before = -1;
  await waitFor(
    'no more to come',
    async () => {
      const now = kept().get('batch-1')?.size ?? 0;
      const isStill = now === before;
      before = now;
      if (!isStill) await new Promise((done) => setTimeout(done, 3000));
      return isStill;
    },
    60_000,
  );
  for (const [service, share] of Object.entries(shares)) {
    const traces = kept().get(service) ?? new Map<string, Span[]>();
    const sigma = Math.sqrt(TRACES * share * (1 - share));
    context.diagnostic(
      `${service}: ${traces.size} of ${TRACES} kept, ${TRACES * share} ± ${sigma.toFixed(1)} predicted`,
    );
    // The generator's ids are other ones each time: 4 σ, so that it fails by chance once in ten thousand runs.
    assert.ok(Math.abs(traces.size - TRACES * share) <= 4 * sigma, service);
    // Two spans a trace: none is torn apart. How probable it was is not known any more, and not said.
    for (const spans of traces.values()) {
      assert.equal(spans.length, 2);
      assert.ok(spans.every(({ traceState = '' }) => !/\bth:/.test(traceState)));
    }
  }
});
