import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { compile, DEFAULT_OPTIONS } from '@cnapp-slo/alert-rules';
import { productSlos } from '@cnapp-slo/alert-rules/generate';
import { startAlertmanager } from '../servers/alertmanager.ts';
import { startStandIn } from '../servers/http-stand-in.ts';
import { waitFor } from '../servers/process.ts';
import { type ProcessorServer, startProcessor } from '../servers/processor.ts';
import { startPrometheus, waitForSamples } from '../servers/prometheus.ts';
import { requirePart } from '../servers/require-part.ts';
import { detection } from './detections.ts';

/** An hour in a minute: the fast page looks at the last minute and the last five seconds. */
const TIME_SCALE = 60;
const PATIENCE_MS = 90_000;

const skip = requirePart('prometheus').skip || requirePart('alertmanager').skip;

interface RulesData {
  groups: { rules: { name: string; state?: string; labels: Record<string, string> }[] }[];
}

interface Notification {
  alerts: { status: string; labels: Record<string, string> }[];
}

test('SLA misses page once and resolve, and a dead processor is reported as silent, not as a burn', {
  skip,
}, async () => {
  const slo = (await productSlos()).find(({ id }) => id === 'mttd-config');
  assert.ok(slo);
  const processor = await startProcessor();
  const detections = detectionsInto(processor);
  const pager = await startStandIn();
  const alertmanager = await startAlertmanager({ webhook: pager.url });
  const compiled = compile([slo], { ...DEFAULT_OPTIONS, timeScale: TIME_SCALE });
  const rules = ['prometheus/mttd-config.yaml', 'prometheus/health.yaml'].map((path) => [
    path.slice(11),
    compiled.get(path) ?? '',
  ]);
  const prometheus = await startPrometheus({
    targets: { cnapp: [processor.metrics] },
    rules: Object.fromEntries(rules),
    alertmanager: alertmanager.address,
  });
  const state = async (tier: string) => {
    const { groups } = await prometheus.get<RulesData>('/api/v1/rules?type=alert');
    return groups.flatMap((group) => group.rules).find(({ labels }) => labels.tier === tier)?.state;
  };
  const held = async (tier: string) => (await alertmanager.alerts()).find(({ labels }) => labels.tier === tier);
  const notified = (status: string) =>
    pager.calls
      .flatMap(({ json }) => (json as Notification).alerts)
      .filter((alert) => alert.labels.tier === 'page-fast' && alert.status === status);
  try {
    await waitForSamples(prometheus, 'cnapp:slo_error:ratio_5s{slo="mttd-config"} == 0', PATIENCE_MS);
    assert.equal(await state('page-fast'), 'inactive');
    assert.equal(await held('page-fast'), undefined);

    detections.late = true;
    await waitFor('the alert to fire', async () => (await state('page-fast')) === 'firing', PATIENCE_MS);
    await waitFor('Alertmanager to have it', async () => (await held('page-fast')) !== undefined, PATIENCE_MS);
    const alert = await held('page-fast');
    assert.deepEqual(alert?.labels, {
      alertname: 'MttdConfigBurnRate',
      slo: 'mttd-config',
      service: 'cnapp',
      tenant: 'default',
      severity: 'page',
      tier: 'page-fast',
    });
    assert.match(
      alert.annotations.summary ?? '',
      /^Time to detect risky configuration: \d+(\.\d+)?% bad in the last 1m/,
    );
    // Two of three late detections are on buckets of payments, one on a bucket of web.
    assert.match(alert.annotations.contributors ?? '', /^payments \d+, web \d+$/);
    assert.match(alert.annotations.description ?? '', /^Error budget left of the last .+ At this rate it lasts /);
    const { explain_url, dashboard_url, runbook_url } = alert.annotations;
    assert.deepEqual(
      [explain_url, dashboard_url, runbook_url],
      [
        'http://127.0.0.1:8080/slis/mttd-config',
        'http://127.0.0.1:3000/a/cnapp-slo-app/slis/mttd-config',
        'burn-rate.md#mttd-config',
      ],
    );

    detections.late = false;
    await waitFor('the alert to be inactive', async () => (await state('page-fast')) === 'inactive', PATIENCE_MS);
    await waitFor('Alertmanager to resolve it', async () => (await held('page-fast')) === undefined, PATIENCE_MS);
    await waitFor('the pager to hear of it', () => notified('resolved').length > 0, PATIENCE_MS);
    assert.equal(notified('firing').length, 1);

    await detections.stop();
    await processor.stop();
    await waitFor('the silence to fire', async () => (await state('processor-silent')) === 'firing', PATIENCE_MS);
    assert.equal(await state('page-fast'), 'inactive');
  } finally {
    await detections.stop();
    await Promise.all([prometheus.stop(), alertmanager.stop(), pager.stop(), processor.stop()]);
  }
});

test('with few events the exact counts of the processor page where chance cannot explain the misses', {
  skip,
}, async () => {
  const slo = (await productSlos()).find(({ id }) => id === 'mttd-config');
  assert.ok(slo);
  const processor = await startProcessor();
  const compiled = compile([slo], { ...DEFAULT_OPTIONS, evaluationMs: 1000 });
  const prometheus = await startPrometheus({
    targets: { cnapp: [processor.metrics] },
    rules: { 'mttd-config.yaml': compiled.get('prometheus/mttd-config.yaml') ?? '' },
  });
  const send = (count: number, late: boolean) =>
    processor.sendLogs(Array.from({ length: count }, () => detection(late)).flat());
  const firing = 'ALERTS{alertname="MttdConfigBurnRate",alertstate="firing"}';
  try {
    // 0.05 · 40 = 2 events of budget: regime 3. Two misses of 40 are chance: P(Bin(40, 0.05) ≥ 2) = 0.60.
    await send(38, false);
    await send(2, true);
    await waitForSamples(prometheus, 'cnapp:slo_bad:count_6h{slo="mttd-config"} == 2', PATIENCE_MS);
    await waitForSamples(prometheus, 'cnapp:slo_regime:number{slo="mttd-config"} == 3', PATIENCE_MS);
    assert.deepEqual(await prometheus.query(firing), []);
    // 32 of 70 are not, and 46 % is more than 6 times 5 %.
    await send(30, true);
    const alerts = await waitForSamples(prometheus, firing, PATIENCE_MS);
    assert.deepEqual(
      alerts.map(({ metric }) => [metric.tier, metric.severity, metric.tenant]),
      [['page-rare', 'page', 'default']],
    );
    // The second witness says so too: 32 misses with no good event in between, each of a cause of its own.
    const over = 'cnapp_slo_cusum{sli="mttd-config"} > 2 * cnapp_slo_cusum_threshold{sli="mttd-config"}';
    assert.equal((await prometheus.query(over)).length, 1);
  } finally {
    await Promise.all([prometheus.stop(), processor.stop()]);
  }
});

/** Buckets that are opened and found, a few each second: twenty minutes later, or (`late`) after more than the hour allowed. */
function detectionsInto(processor: ProcessorServer) {
  const detections = { late: false, stop: async () => {} };
  let isRunning = true;
  const send = async () => {
    while (isRunning) {
      const documents = ['payments', 'payments', 'web'].flatMap((owner) => detection(detections.late, owner));
      assert.equal((await processor.sendLogs(documents)).status, 200);
      await pause(500);
    }
  };
  const sending = send();
  detections.stop = async () => {
    isRunning = false;
    await sending;
  };
  return detections;
}
