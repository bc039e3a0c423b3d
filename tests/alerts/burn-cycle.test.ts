import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compile, DEFAULT_OPTIONS } from '@cnapp-slo/alert-rules';
import { productSlos } from '@cnapp-slo/alert-rules/generate';
import { AT, bucketStory } from '../acceptance/bucket-story.ts';
import { startAlertmanager } from '../servers/alertmanager.ts';
import { waitFor } from '../servers/process.ts';
import { type ProcessorServer, startProcessor } from '../servers/processor.ts';
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
  const slo = (await productSlos()).find(({ id }) => id === 'mttd-config');
  assert.ok(slo);
  const processor = await startProcessor();
  const stories = startStories(processor);
  const alertmanager = await startAlertmanager();
  const compiled = compile([slo], { ...DEFAULT_OPTIONS, timeScale: TIME_SCALE });
  const prometheus = await startPrometheus({
    targets: { cnapp: [processor.metrics] },
    rules: { 'mttd-config.yaml': compiled.get('prometheus/mttd-config.yaml') ?? '' },
    alertmanager: alertmanager.address,
  });
  const state = async () => {
    const { groups } = await prometheus.get<RulesData>('/api/v1/rules?type=alert');
    return groups.flatMap(({ rules }) => rules).find(({ labels }) => labels.tier === 'page-fast')?.state;
  };
  const isPaging = async () => (await alertmanager.alerts()).some(({ labels }) => labels.tier === 'page-fast');
  try {
    await waitForSamples(prometheus, 'cnapp:slo_error:ratio_5s{slo="mttd-config"} == 0', PATIENCE_MS);
    assert.equal(await state(), 'inactive');
    assert.equal(await isPaging(), false);

    stories.outcome = 'bad';
    await waitFor('the alert to fire', async () => (await state()) === 'firing', PATIENCE_MS);
    await waitFor('Alertmanager to have it', isPaging, PATIENCE_MS);
    const alert = (await alertmanager.alerts()).find(({ labels }) => labels.tier === 'page-fast');
    assert.deepEqual(alert?.labels, {
      alertname: slo.alertName,
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
    assert.equal(alert.annotations.explain_url, 'http://127.0.0.1:8080/slis/mttd-config');

    stories.outcome = 'good';
    await waitFor('the alert to be inactive', async () => (await state()) === 'inactive', PATIENCE_MS);
    await waitFor('Alertmanager to resolve it', async () => !(await isPaging()), PATIENCE_MS);
  } finally {
    await stories.stop();
    await Promise.all([prometheus.stop(), alertmanager.stop(), processor.stop()]);
  }
});

/** Sends the processor a configuration change and its detection, every half second: 20 min apart (good), or 3 h (a miss). */
function startStories(processor: ProcessorServer) {
  const stories = { outcome: 'good' as 'good' | 'bad', stop: async () => {} };
  let sent = 0;
  let last = Promise.resolve();
  const send = async (): Promise<void> => {
    const nowMs = Math.floor(Date.now() / 1000) * 1000;
    const changedMs = nowMs - (stories.outcome === 'good' ? 20 : 180) * 60_000;
    const documents = Array.from({ length: 5 }, () => {
      sent += 1;
      const change = bucketStory(changedMs - AT.opened * 60_000)[1];
      const failure = bucketStory(nowMs - AT.failed * 60_000)[3];
      const text = JSON.stringify([change, failure]).replaceAll('acme-invoices', `bucket-${sent}`);
      return JSON.parse(text.replaceAll('0b1d6f0a', sent.toString(16).padStart(8, '0'))) as object[];
    });
    assert.equal((await processor.sendLogs(documents.flat())).status, 200);
  };
  const timer = setInterval(() => {
    last = last.then(send);
  }, 500);
  stories.stop = async () => {
    clearInterval(timer);
    await last;
  };
  return stories;
}
