import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Alert } from '../servers/alertmanager.ts';
import { freePort, startProcess, temporaryFolder, waitFor } from '../servers/process.ts';
import { requirePart } from '../servers/require-part.ts';

const alertmanager = requirePart('alertmanager');
const example = join(import.meta.dirname, '../../alert-rules/examples/alertmanager.yaml');

interface Group {
  receiver: { name: string };
  alerts: (Alert & { status: { state: string; inhibitedBy: string[] } })[];
}

test('the example routes pages, tickets and measured SLOs; a page inhibits the tickets of its burn, maintenance both', {
  skip: alertmanager.skip,
}, async () => {
  const folder = temporaryFolder('alertmanager-example');
  const address = `127.0.0.1:${await freePort()}`;
  const url = `http://${address}`;
  const running = await startProcess({
    name: 'alertmanager',
    command: alertmanager.path,
    args: [
      `--config.file=${example}`,
      `--storage.path=${folder.path}`,
      `--web.listen-address=${address}`,
      '--cluster.listen-address=',
    ],
    ready: async () => (await fetch(`${url}/-/ready`)).ok,
  });
  try {
    const labels = [
      { slo: 'mttr', tenant: 'acme', severity: 'page', tier: 'page-fast' },
      { slo: 'mttr', tenant: 'acme', severity: 'page', tier: 'page-slow' },
      { slo: 'mttr', tenant: 'acme', severity: 'ticket', tier: 'ticket-slow' },
      { slo: 'mttr', tenant: 'other', severity: 'ticket', tier: 'ticket-slow' },
      { slo: 'drift-rate', tenant: 'acme', severity: 'none', tier: 'page-fast', mode: 'measure' },
      { severity: 'page', tier: 'processor-silent' },
      { severity: 'ticket', tier: 'source-silent', tenant: 'acme' },
      { slo: 'sbom-coverage', tenant: 'acme', severity: 'none', tier: 'maintenance' },
      { slo: 'sbom-coverage', tenant: 'acme', severity: 'page', tier: 'page-fast' },
      { slo: 'sbom-coverage', tenant: 'other', severity: 'page', tier: 'page-fast' },
    ];
    const alerts = labels.map((one, i) => ({ labels: { alertname: `Alert${i}`, ...one } }));
    const posted = await fetch(`${url}/api/v2/alerts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(alerts),
    });
    assert.equal(posted.status, 200);
    const groups = async () => (await (await fetch(`${url}/api/v2/alerts/groups`)).json()) as Group[];
    const seen = async () =>
      (await groups())
        .flatMap(({ receiver, alerts: held }) =>
          held.map((one) => `${one.labels.alertname} ${receiver.name} ${one.status.state}`),
        )
        .toSorted();
    const want = [
      'Alert0 pager active',
      'Alert1 pager suppressed',
      'Alert2 tickets suppressed',
      'Alert3 tickets active',
      'Alert4 nobody active',
      'Alert5 pager active',
      'Alert6 tickets suppressed',
      'Alert7 nobody active',
      'Alert8 pager suppressed',
      'Alert9 pager active',
    ];
    await waitFor('the alerts to be judged', async () => (await seen()).join() === want.join()).catch(() => undefined);
    assert.deepEqual(await seen(), want);
  } finally {
    await running.stop();
    folder.remove();
  }
});
