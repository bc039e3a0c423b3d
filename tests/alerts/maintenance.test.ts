import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compile, DEFAULT_OPTIONS } from '@cnapp-slo/alert-rules';
import { waitFor } from '../servers/process.ts';
import { startProcessor } from '../servers/processor.ts';
import { startPrometheus, waitForSamples } from '../servers/prometheus.ts';
import { requirePart } from '../servers/require-part.ts';

const { skip } = requirePart('prometheus');

test('a maintenance window is an alert that holds back others, from its declaration to its end', { skip }, async () => {
  const processor = await startProcessor();
  const rules = compile([], { ...DEFAULT_OPTIONS, timeScale: 60 }).get('prometheus/health.yaml') ?? '';
  const prometheus = await startPrometheus({
    targets: { cnapp: [processor.metrics] },
    rules: { 'health.yaml': rules },
  });
  const post = async (path: string, body: object) => {
    const response = await fetch(`http://${processor.api}/api/v1${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return (await response.json()) as { id: string; state: string };
  };
  const firing = 'ALERTS{alertname="CnappMaintenance",alertstate="firing"}';
  try {
    const ends_at = new Date(Date.now() + 3_600_000).toISOString();
    const { id } = await post('/maintenance', { owner: 'platform', reason: 'upgrade', ends_at, slis: ['mttr'] });
    const alerts = await waitForSamples(prometheus, firing);
    assert.deepEqual(
      alerts.map(({ metric }) => [metric.slo, metric.tenant, metric.severity, metric.tier]),
      [['mttr', 'default', 'none', 'maintenance']],
    );
    assert.equal((await post(`/maintenance/${id}/end`, {})).state, 'over');
    await waitFor('the alert to end', async () => (await prometheus.query(firing)).length === 0);
  } finally {
    await Promise.all([prometheus.stop(), processor.stop()]);
  }
});
