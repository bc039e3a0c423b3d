import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import type { ExplainPage, FindingJson, Page, SliReport } from '@cnapp-slo/model';
import { startAlertmanager } from '../servers/alertmanager.ts';
import { waitFor } from '../servers/process.ts';
import { startProcessor } from '../servers/processor.ts';
import { startPrometheus, waitForSamples } from '../servers/prometheus.ts';
import { requirePart } from '../servers/require-part.ts';
import { bucketStory } from './bucket-story.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const prometheusPart = requirePart('prometheus');
const alertmanagerPart = requirePart('alertmanager');
const baseMs = Math.floor((Date.now() - 2 * 3600_000) / 1000) * 1000;

/** Two buckets: one seen after 20 min (the story), one after 70 min: a miss. Mean 45 min = 2700 s, ratio 1/2. */
function stories(): object[] {
  const late = JSON.parse(
    JSON.stringify(bucketStory(baseMs))
      .replaceAll('acme-invoices', 'acme-late')
      .replaceAll('0b1d6f0a-0000', '0b1d6f0a-9999'),
  ) as { time?: number }[];
  const [passed, opened, , failed] = late;
  assert.ok(passed && opened && failed?.time);
  const seenLater = { ...failed, time: failed.time + 50 * 60, time_dt: undefined };
  return [...bucketStory(baseMs), passed, opened, seenLater];
}

test('(19) API, explain, gauge, CLI and a query in Prometheus give one number', {
  skip: prometheusPart.skip,
}, async (t) => {
  const processor = await startProcessor();
  t.after(() => processor.stop());
  await processor.sendLogs(stories());
  const report = (await processor.get('/api/v1/slis/mttd-config')) as SliReport;
  assert.deepEqual([report.value, report.ratio, report.good, report.bad], [2700, 0.5, 1, 1]);

  const explained = (await processor.get('/api/v1/slis/mttd-config/explain')) as ExplainPage;
  const counted = explained.items.filter((item) => item.role === 'good' || item.role === 'bad');
  assert.equal(counted.reduce((sum, item) => sum + (item.duration_seconds ?? 0), 0) / counted.length, 2700);

  const cli = await run(process.execPath, [
    join(root, 'collector-processor/src/main.ts'),
    'explain',
    'mttd-config',
    '--json',
    '--url',
    `http://${processor.api}`,
  ]);
  assert.equal((JSON.parse(cli.stdout) as ExplainPage).sli.value, 2700);

  const prometheus = await startPrometheus({ targets: { cnapp: [processor.metrics] } });
  t.after(() => prometheus.stop());
  const [value] = await waitForSamples(prometheus, 'cnapp_sli_value{sli="mttd-config",view="official"}');
  const [ratio] = await waitForSamples(prometheus, 'cnapp_sli_value{sli="mttd-config",view="ratio"}');
  assert.deepEqual([value?.value[1], ratio?.value[1]], ['2700', '0.5']);
});

test('an incident goes to the real Alertmanager, whose webhook sets t_alert on its episode', {
  skip: alertmanagerPart.skip,
}, async (t) => {
  let api = '';
  // Alertmanager needs the webhook's address before the processor has one.
  const relay = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const answer = await fetch(`http://${api}/api/v1/webhooks/alertmanager`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: Buffer.concat(chunks).toString(),
    });
    response.writeHead(answer.status).end();
  });
  await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve));
  t.after(() => relay.close());
  const { port } = relay.address() as AddressInfo;
  const alertmanager = await startAlertmanager({ webhook: `http://127.0.0.1:${port}/` });
  t.after(() => alertmanager.stop());
  const processor = await startProcessor(undefined, [`exporters.alertmanager.endpoints=["${alertmanager.url}"]`]);
  t.after(() => processor.stop());
  api = processor.api;
  await processor.sendLogs(bucketStory(baseMs).slice(0, 4)); // up to the FAIL
  const episode = async () => {
    const { items } = (await processor.get('/api/v1/findings')) as Page<FindingJson>;
    return ((await processor.get(`/api/v1/findings/${items[0]?.id}`)) as FindingJson).episodes?.[0];
  };
  await waitFor('the alert to come back', async () => (await episode())?.clocks.t_alert !== undefined);
  const alerted = await episode();
  assert.deepEqual([alerted?.clocks.t_alert?.source, alerted?.clocks.t_alert?.precision], ['alertmanager', 'inferred']);
  // And a person acknowledges it.
  const answer = await fetch(`http://${processor.api}/api/v1/acknowledgements`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ subject_id: alerted?.incident_id, actor: 'ana@example.com' }),
  });
  assert.ok(answer.ok, await answer.text());
  assert.equal((await episode())?.state, 'acked');
});
