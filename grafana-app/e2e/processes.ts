import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** What a script here started; it ends with the script. */
export class Processes {
  readonly #running: ChildProcess[] = [];

  /** A command, in the plugin's folder; what it prints goes to our stderr. */
  start(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
    const child = spawn(command, args, {
      cwd: join(root, 'grafana-app'),
      stdio: ['ignore', process.stderr, process.stderr],
      env: { ...process.env, ...env },
    });
    this.#running.push(child);
    return child;
  }

  /** A processor with these settings; resolves when it is ready. `api` as `host:port`. */
  async startProcessor(api: string, settings: readonly string[]): Promise<ChildProcess> {
    const sets = [`api.endpoint=${api}`, ...settings].flatMap((one) => ['--set', one]);
    const child = this.start(process.execPath, [join(root, 'collector-processor/bin/cnapp.mjs'), 'run', ...sets]);
    await ready(`http://${api}/readyz`);
    return child;
  }

  /** A Prometheus that scrapes `target` (`host:port`) and evaluates the generated rules; `prometheus` is on the PATH. */
  async startPrometheus(folder: string, address: string, target: string): Promise<void> {
    const config = {
      global: { scrape_interval: '5s', evaluation_interval: '5s' },
      rule_files: [join(root, 'alert-rules/generated/prometheus/*.yaml')],
      scrape_configs: [{ job_name: 'cnapp', static_configs: [{ targets: [target] }] }],
    };
    mkdirSync(folder, { recursive: true });
    const file = join(folder, 'prometheus.yml');
    writeFileSync(file, JSON.stringify(config)); // JSON is YAML
    this.start('prometheus', [
      `--config.file=${file}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=${address}`,
      '--log.level=warn',
    ]);
    await ready(`http://${address}/-/ready`);
  }

  /** Grafana, as `start-grafana.ts` starts it; resolves when it is ready. */
  async startGrafana(port: number, env: Readonly<Record<string, string>>): Promise<void> {
    this.start(process.execPath, [join(import.meta.dirname, 'start-grafana.ts')], { ...env, PORT: String(port) });
    await ready(`http://127.0.0.1:${port}/api/health`);
  }

  async stop(child: ChildProcess): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((done) => child.once('exit', done));
    child.kill('SIGTERM');
    await gone;
  }

  /** The latest first. */
  async stopAll(): Promise<void> {
    for (const child of this.#running.toReversed()) await this.stop(child);
  }
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

/** A port of loopback where nothing listens. */
export function freePort(): Promise<number> {
  return new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => done(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
