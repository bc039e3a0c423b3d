import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { compile, DEFAULT_OPTIONS } from '@cnapp-slo/alert-rules';
import { productSlos } from '@cnapp-slo/alert-rules/generate';
import { startAlertmanager } from '../servers/alertmanager.ts';
import { waitFor } from '../servers/process.ts';
import { startPrometheus, waitForSamples } from '../servers/prometheus.ts';
import { requirePart } from '../servers/require-part.ts';

/** An hour in a minute: the fast page looks at the last minute and the last five seconds. */
const TIME_SCALE = 60;
const PATIENCE_MS = 60_000;

const skip = requirePart('prometheus').skip || requirePart('alertmanager').skip;

interface RulesData {
  groups: { rules: { name: string; state?: string; labels: Record<string, string> }[] }[];
}

test('a burn-rate alert goes from inactive to firing to inactive', { skip }, async () => {
  const slo = (await productSlos()).find(({ id }) => id === 'mttr');
  assert.ok(slo);
  const events = await startEvents(slo.id);
  const alertmanager = await startAlertmanager();
  const compiled = compile([slo], { ...DEFAULT_OPTIONS, timeScale: TIME_SCALE });
  const prometheus = await startPrometheus({
    targets: { cnapp: [events.address] },
    rules: { 'mttr.yaml': compiled.get('prometheus/mttr.yaml') ?? '' },
    alertmanager: alertmanager.address,
  });
  const state = async () => {
    const { groups } = await prometheus.get<RulesData>('/api/v1/rules?type=alert');
    return groups.flatMap(({ rules }) => rules).find(({ labels }) => labels.tier === 'page-fast')?.state;
  };
  const isPaging = async () => (await alertmanager.alerts()).some(({ labels }) => labels.tier === 'page-fast');
  try {
    await waitForSamples(prometheus, 'cnapp:slo_error:ratio_5s{slo="mttr"} == 0', PATIENCE_MS);
    assert.equal(await state(), 'inactive');
    assert.equal(await isPaging(), false);

    events.outcome = 'bad';
    await waitFor('the alert to fire', async () => (await state()) === 'firing', PATIENCE_MS);
    await waitFor('Alertmanager to have it', isPaging, PATIENCE_MS);
    const alert = (await alertmanager.alerts()).find(({ labels }) => labels.tier === 'page-fast');
    assert.deepEqual(alert?.labels, {
      alertname: slo.alertName,
      slo: 'mttr',
      service: 'cnapp',
      tenant: 'acme',
      severity: 'page',
      tier: 'page-fast',
    });
    assert.match(alert.annotations.summary ?? '', /^Time to remediate: \d+(\.\d+)?% bad in the last 1m/);
    assert.equal(alert.annotations.explain_url, 'http://127.0.0.1:8080/slis/mttr');

    events.outcome = 'good';
    await waitFor('the alert to be inactive', async () => (await state()) === 'inactive', PATIENCE_MS);
    await waitFor('Alertmanager to resolve it', async () => !(await isPaging()), PATIENCE_MS);
  } finally {
    await Promise.all([prometheus.stop(), alertmanager.stop(), events.stop()]);
  }
});

/** A `/metrics` whose counters go up by ten with each scrape. */
async function startEvents(sli: string) {
  const counts = { good: 0, bad: 0 };
  const events = { outcome: 'good' as 'good' | 'bad', address: '', stop: async () => {} };
  const server = createServer((_request, response) => {
    counts[events.outcome] += 10;
    const lines = Object.entries(counts).map(
      ([outcome, count]) => `cnapp_slo_events_total{tenant="acme",sli="${sli}",outcome="${outcome}"} ${count}`,
    );
    response.setHeader('content-type', 'text/plain; version=0.0.4');
    response.end(`# TYPE cnapp_slo_events_total counter\n${lines.join('\n')}\n`);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  events.address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  events.stop = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return events;
}
