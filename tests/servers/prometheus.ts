import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, startProcess, temporaryFolder, waitFor } from './process.ts';
import { requirePart } from './require-part.ts';

export interface PrometheusServer {
  /** `http://127.0.0.1:PORT` */
  url: string;
  /** Replaces the configuration and the rule files and returns when the new ones are in effect. */
  reload(settings: PrometheusSettings): Promise<void>;
  /** An instant query's result vector. Values are strings, as Prometheus sends them: NaN and +Inf are no JSON numbers. */
  query(promql: string, at?: Date): Promise<Sample[]>;
  /** Any other GET of the HTTP API, such as `/api/v1/alerts`: the `data` of its answer. */
  get<Data>(path: string): Promise<Data>;
  stop(): Promise<void>;
}

export interface PrometheusSettings {
  /** Scraped `host:port` addresses by job name; `/metrics` is the path. */
  targets?: Record<string, readonly string[]>;
  /** Content of rule files by file name. */
  rules?: Record<string, string>;
  /** `host:port` of an Alertmanager. */
  alertmanager?: string;
  /** Of scrapes and rules alike; default `1s`. */
  interval?: string;
}

export interface Sample {
  metric: Record<string, string>;
  /** Unix time in seconds, value. */
  value: [number, string];
}

export async function startPrometheus(settings: PrometheusSettings = {}): Promise<PrometheusServer> {
  const folder = temporaryFolder('prometheus');
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const config = join(folder.path, 'prometheus.yml');
  writeConfig(folder.path, config, settings);
  const running = await startProcess({
    name: 'prometheus',
    command: requirePart('prometheus').path,
    args: [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder.path, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--web.enable-lifecycle',
    ],
    ready: async () => (await fetch(`${url}/-/ready`)).ok,
  });
  const get = async <Data>(path: string): Promise<Data> => {
    const response = await fetch(url + path);
    const answer = (await response.json()) as { status: string; data: Data; error?: string };
    if (answer.status !== 'success') throw new Error(`prometheus: ${answer.error ?? response.status}`);
    return answer.data;
  };
  return {
    url,
    get,
    async query(promql, at) {
      const time = at === undefined ? '' : `&time=${at.getTime() / 1000}`;
      return (await get<{ result: Sample[] }>(`/api/v1/query?query=${encodeURIComponent(promql)}${time}`)).result;
    },
    async reload(changed) {
      writeConfig(folder.path, config, changed);
      const response = await fetch(`${url}/-/reload`, { method: 'POST' });
      if (!response.ok) throw new Error(`prometheus refused the configuration: ${await response.text()}`);
    },
    async stop() {
      await running.stop();
      folder.remove();
    },
  };
}

/** Waits until the query has a result and returns it. */
export async function waitForSamples(server: PrometheusServer, promql: string, timeoutMs?: number): Promise<Sample[]> {
  let samples: Sample[] = [];
  const hasSamples = async () => {
    samples = await server.query(promql);
    return samples.length > 0;
  };
  await waitFor(`a result of ${promql}`, hasSamples, timeoutMs);
  return samples;
}

/** Written as JSON, which is YAML. */
function writeConfig(folder: string, file: string, settings: PrometheusSettings): void {
  const { targets = {}, rules = {}, alertmanager, interval = '1s' } = settings;
  for (const [name, content] of Object.entries(rules)) writeFileSync(join(folder, name), content);
  const config = {
    global: { scrape_interval: interval, scrape_timeout: interval, evaluation_interval: interval },
    rule_files: Object.keys(rules).map((name) => join(folder, name)),
    scrape_configs: Object.entries(targets).map(([job_name, addresses]) => ({
      job_name,
      static_configs: [{ targets: addresses }],
    })),
    ...(alertmanager && { alerting: { alertmanagers: [{ static_configs: [{ targets: [alertmanager] }] }] } }),
  };
  writeFileSync(file, JSON.stringify(config));
}
