import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { compile, DEFAULT_OPTIONS, readSlos } from '@cnapp-slo/alert-rules';
import { run } from '@cnapp-slo/collector-processor/src/cli/slo.ts';
import { temporaryFolder } from '../servers/process.ts';
import { startPrometheus, waitForSamples } from '../servers/prometheus.ts';
import { requirePart } from '../servers/require-part.ts';

const slo = `
apiVersion: openslo/v1
kind: SLO
metadata: { name: orders, annotations: { cnapp-slo.dev/mode: measure, cnapp-slo.dev/freshness: up } }
spec:
  service: shop
  indicator:
    metadata: { name: orders }
    spec:
      ratioMetric:
        counter: true
        bad: { metricSource: { type: Prometheus, spec: { query: 'orders_total{outcome="bad"}' } } }
        total: { metricSource: { type: Prometheus, spec: { query: orders_total } } }
  timeWindow: [{ duration: 28d, isRolling: true }]
  budgetingMethod: Occurrences
  objectives: [{ target: 0.99 }]`;

test('a measured SLO is evaluated and reports what it would have paged, without a severity that is routed', {
  skip: requirePart('prometheus').skip,
}, async () => {
  let scrapes = 0;
  // Every other order fails.
  const page = () => `orders_total{outcome="good"} ${++scrapes * 10}\norders_total{outcome="bad"} ${scrapes * 10}\n`;
  const target = createServer((_, response) => response.end(`# TYPE orders_total counter\n${page()}`));
  target.listen(0, '127.0.0.1');
  await once(target, 'listening');
  const { slos } = readSlos([{ path: 'orders.yaml', text: slo }]);
  const rules = compile(slos, { ...DEFAULT_OPTIONS, timeScale: 60 });
  assert.equal(rules.has('grafana/orders.yaml'), false, 'Grafana routes whatever fires');
  const prometheus = await startPrometheus({
    targets: { shop: [`127.0.0.1:${(target.address() as AddressInfo).port}`] },
    rules: { 'orders.yaml': rules.get('prometheus/orders.yaml') ?? '' },
  });
  const folder = temporaryFolder('measure-mode');
  try {
    const fromMs = Date.now() - 60_000;
    const [alert] = await waitForSamples(
      prometheus,
      'ALERTS{slo="orders",tier="page-fast",alertstate="firing"}',
      90_000,
    );
    assert.deepEqual([alert?.metric.severity, alert?.metric.mode], ['none', 'measure']);
    const file = join(folder.path, 'orders.yaml');
    writeFileSync(file, slo);
    const range = ['--from', new Date(fromMs).toISOString(), '--to', new Date(Date.now() + 60_000).toISOString()];
    let out = '';
    const io = {
      stdout: { write: (text: string) => (out += text) },
      stderr: { write: (text: string) => assert.fail(text) },
    };
    assert.equal(await run(['backtest', file, '--recorded', '--prometheus', prometheus.url, ...range], io), 0);
    assert.match(out, /^orders: .* as its rules have judged\n {2}would have paged 1 times /);
    assert.match(out, /\n {2}page {3}page-fast /);
  } finally {
    await prometheus.stop();
    target.closeAllConnections();
    target.close();
    folder.remove();
  }
});
