/**
 * The story of the sampling page, with all it needs: a processor that only decides and counts, 500 hosts with an hour of five sources, a Grafana, and
 * Playwright as administrator, editor and viewer. `npm run e2e:sampling`; GRAFANA_HOME as for `start-grafana.ts`, PORT 3100, further arguments go to
 * Playwright. The plugin must be built.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'cnapp-sampling-'));
const grafanaUrl = `http://127.0.0.1:${process.env.PORT ?? '3100'}`;
const [api, otlp] = await Promise.all([freePort(), freePort()]);
process.env.OTLP_URL = `http://127.0.0.1:${otlp}`;
// It reads OTLP_URL when it is loaded.
const { sendInventory, sendTelemetry } = await import('./sampling-estate.ts');

const settings = [
  `storage.path=${join(folder, 'cnapp.db')}`,
  `api.endpoint=127.0.0.1:${api}`,
  'metrics.endpoint=127.0.0.1:0',
  'receivers.otlp.grpc.endpoint=127.0.0.1:0',
  `receivers.otlp.http.endpoint=127.0.0.1:${otlp}`,
  'sampling.mode=shadow',
  `sampling.path=${join(folder, 'sampling')}`,
  'sampling.tiers={revision: r1, probability: {T0: 1, T1: 1, T2: 1, T3: 1}, whole: [T0, T1]}',
  'sampling.rollout={shadow_seconds: 3, canary_seconds: 3, canary_share: 0.2, guards: {interval_seconds: 2}}',
];
const running: ChildProcess[] = [];
process.exitCode = 1;
try {
  const first = await startProcessor();
  await sendInventory();
  await stop(first);
  await startProcessor(); // tiers are made at the start
  await sendTelemetry();
  const env = {
    GRAFANA_DATA: join(folder, 'grafana'),
    CNAPP_API_URL: `http://127.0.0.1:${api}`,
    PORT: new URL(grafanaUrl).port,
  };
  start(join(import.meta.dirname, 'start-grafana.ts'), [], env);
  await ready(`${grafanaUrl}/api/health`);
  const playwright = start(
    join(root, 'node_modules/@playwright/test/cli.js'),
    ['test', '--config', join(import.meta.dirname, 'playwright.config.ts'), ...process.argv.slice(2)],
    {
      GRAFANA_SAMPLING_URL: grafanaUrl,
    },
  );
  process.exitCode = await new Promise<number>((done) => playwright.once('exit', (code) => done(code ?? 1)));
} finally {
  for (const child of running.toReversed()) await stop(child);
  rmSync(folder, { recursive: true, force: true });
}

function start(script: string, args: string[], env: Record<string, string> = {}): ChildProcess {
  const child = spawn(process.execPath, [script, ...args], {
    cwd: join(root, 'grafana-app'),
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env },
  });
  running.push(child);
  return child;
}

async function startProcessor(): Promise<ChildProcess> {
  const main = join(root, 'collector-processor/src/main.ts');
  const child = start(main, ['run', ...settings.flatMap((one) => ['--set', one])]);
  await ready(`http://127.0.0.1:${api}/readyz`);
  return child;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((done) => child.once('exit', done));
  child.kill('SIGTERM');
  await gone;
}

async function ready(url: string): Promise<void> {
  const untilMs = Date.now() + 180_000;
  while (Date.now() < untilMs) {
    const response = await fetch(url).catch(() => null);
    if (response?.ok) return;
    await new Promise((done) => setTimeout(done, 300));
  }
  throw new Error(`${url} does not answer`);
}

function freePort(): Promise<number> {
  return new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => done(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
