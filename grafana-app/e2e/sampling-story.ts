/**
 * The story of the sampling page, with all it needs: a processor that only decides and counts, 500 hosts with an hour of five sources, a Grafana, and
 * Playwright as administrator, editor and viewer. `npm run e2e:sampling`; GRAFANA_HOME as for `start-grafana.ts`, PORT 3100, further arguments go to
 * Playwright. The plugin must be built.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, Processes } from './processes.ts';

const folder = mkdtempSync(join(tmpdir(), 'cnapp-sampling-'));
const port = Number(process.env.PORT ?? 3100);
const [api, otlp] = (await Promise.all([freePort(), freePort()])).map((free) => `127.0.0.1:${free}`);
process.env.OTLP_URL = `http://${otlp}`;
// It reads OTLP_URL when it is loaded.
const { sendInventory, sendTelemetry } = await import('./sampling-estate.ts');

const settings = [
  `storage.path=${join(folder, 'cnapp.db')}`,
  'metrics.endpoint=127.0.0.1:0',
  'receivers.otlp.grpc.endpoint=127.0.0.1:0',
  `receivers.otlp.http.endpoint=${otlp}`,
  'sampling.mode=shadow',
  `sampling.path=${join(folder, 'sampling')}`,
  'sampling.tiers={revision: r1, probability: {T0: 1, T1: 1, T2: 1, T3: 1}, whole: [T0, T1]}',
  'sampling.rollout={shadow_seconds: 3, canary_seconds: 3, canary_share: 0.2, guards: {interval_seconds: 2}}',
];
const processes = new Processes();
process.exitCode = 1;
try {
  const first = await processes.startProcessor(`${api}`, settings);
  await sendInventory();
  await processes.stop(first);
  await processes.startProcessor(`${api}`, settings); // tiers are made at the start
  await sendTelemetry();
  await processes.startGrafana(port, { GRAFANA_DATA: join(folder, 'grafana'), CNAPP_API_URL: `http://${api}` });
  const cli = join(import.meta.dirname, '../../node_modules/@playwright/test/cli.js');
  const config = join(import.meta.dirname, 'playwright.config.ts');
  const playwright = processes.start(process.execPath, [cli, 'test', '--config', config, ...process.argv.slice(2)], {
    GRAFANA_SAMPLING_URL: `http://127.0.0.1:${port}`,
  });
  process.exitCode = await new Promise<number>((done) => playwright.once('exit', (code) => done(code ?? 1)));
} finally {
  await processes.stopAll();
  rmSync(folder, { recursive: true, force: true });
}
