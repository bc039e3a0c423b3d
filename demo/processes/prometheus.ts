import { globSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Child, freePort, startChild, untilReady } from './child.ts';

/** A Prometheus that scrapes the processor and evaluates the generated rules. */
export async function startPrometheus(
  command: string,
  root: string,
  folder: string,
  metrics: string,
): Promise<{ child: Child; url: string }> {
  const own = join(folder, 'prometheus');
  mkdirSync(own, { recursive: true });
  const file = join(own, 'prometheus.yml');
  const config = {
    global: { scrape_interval: '5s', evaluation_interval: '5s' },
    rule_files: globSync(join(root, 'alert-rules/generated/prometheus/*.yaml')),
    scrape_configs: [{ job_name: 'cnapp', static_configs: [{ targets: [metrics] }] }],
  };
  writeFileSync(file, JSON.stringify(config)); // JSON is YAML
  const address = `127.0.0.1:${await freePort(9090)}`;
  const args = [`--config.file=${file}`, `--storage.tsdb.path=${join(own, 'data')}`, `--web.listen-address=${address}`];
  const child = await startChild('Prometheus', command, args, join(own, 'prometheus.log'));
  const url = `http://${address}`;
  await untilReady(child, `${url}/-/ready`);
  return { child, url };
}
