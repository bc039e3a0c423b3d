import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startStandIn } from '../../../tests/servers/http-stand-in.ts';
import { temporaryFolder, waitFor } from '../../../tests/servers/process.ts';
import { createApp } from '../app.ts';
import { scanned } from './test-finding.ts';

const anyPort = { endpoint: '127.0.0.1:0' };
const NOW = Date.parse('2026-11-02T02:00:00Z');
const UNTIL = NOW + 600_000;

const until = new Date(UNTIL).toISOString();
const policy = `apiVersion: cnapp-slo.dev/v1
kind: Policy
metadata: { name: known, version: 1, owner: platform-security }
spec:
  mode: warn
  over: finding
  when: asset.name == 'suppressed'
  effect:
    suppress: { reason: being moved, expires: '${until}' }
examples:
  - { name: it, given: { asset: { name: suppressed } }, want: true }
  - { name: another, given: { asset: { name: other } }, want: false }
`;

for (const [what, notifications, policies] of [
  ['by a suppression', {}, true],
  [
    'by a deployment window',
    { holds: [{ name: 'deploy', match: {}, from: new Date(NOW).toISOString(), until }] },
    false,
  ],
] as const) {
  test(`what is held back ${what} is listed all along, and told once when that ends`, async (t) => {
    const folder = temporaryFolder('held-back');
    const hook = await startStandIn();
    const clock = { ms: NOW };
    writeFileSync(join(folder.path, 'known.yaml'), policy);
    writeFileSync(join(folder.path, 'secret'), 's1');
    const app = await createApp(
      {
        api: anyPort,
        metrics: anyPort,
        receivers: { otlp: { grpc: anyPort, http: anyPort } },
        storage: { path: ':memory:' },
        ...(policies && { policies: { path: folder.path } }),
        notifications: {
          channels: { hook: { kind: 'webhook', url: hook.url, secret: { file: join(folder.path, 'secret') } } },
          default_owner: { page: ['hook'] },
          ...notifications,
        },
      },
      () => clock.ms,
    );
    await app.start();
    t.after(async () => {
      await app.stop();
      await hook.stop();
      folder.remove();
    });
    await scanned(app, 'suppressed', 'PASS', NOW - 7_200_000, NOW);
    await scanned(app, 'suppressed', 'FAIL', NOW, NOW);
    clock.ms = UNTIL - 1000;
    await new Promise((resolve) => setTimeout(resolve, 6000)); // longer than the desk waits between two looks
    assert.equal(app.estate.findings({ state: 'open' }).items.length, 1);
    assert.deepEqual(hook.calls, []);
    clock.ms = UNTIL + 60_000;
    await waitFor('the page', () => hook.calls.length > 0);
    assert.deepEqual(
      hook.calls.map(({ json }) => (json as { type: string }).type),
      ['dev.cnapp-slo.notice.opened'],
    );
    assert.deepEqual(
      app.estate.incidents({}).items.map(({ title }) => title),
      ['Bucket is public'],
    );
  });
}
