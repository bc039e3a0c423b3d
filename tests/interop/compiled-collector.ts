import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse as parseYaml } from 'yaml';
import { type CollectorServer, startCollector } from '../servers/collector.ts';

const main = join(import.meta.dirname, '../../collector-processor/src/main.ts');

/** Hosts and services of each criticality, as both tests send them. */
const tiers = `revision: r7
assets:
  - { match: 'pay-*', criticality: c0 }
  - { match: 'shop-*', criticality: c1 }
  - { match: 'batch-*', criticality: c3 }
`;

interface Compiled {
  processors: Record<string, { decision_wait?: string }>;
  service: { pipelines: Record<string, { receivers: string[]; processors: string[]; exporters: string[] }> };
}

/**
 * A real Collector with a configuration that `cnapp sampling compile` has written, by the name of its file. What it lets through goes
 * to `kept.json` in its folder, and is not batched: what is there can be counted. `adapt` may change its processors.
 */
export function startCompiled(
  file: 'otel-collector.yaml' | 'otel-collector-tail.yaml',
  adapt: (processors: Compiled['processors']) => void = () => {},
): Promise<CollectorServer> {
  return startCollector((folder) => {
    writeFileSync(join(folder, 'tiers.yaml'), tiers);
    const files = ['--tiers', join(folder, 'tiers.yaml'), '--out', folder];
    execFileSync(process.execPath, [main, 'sampling', 'compile', ...files]);
    const { processors, service } = parseYaml(readFileSync(join(folder, file), 'utf8')) as Compiled;
    adapt(processors);
    const pipelines = Object.entries(service.pipelines).map(([name, pipeline]) => [
      name,
      { ...pipeline, processors: pipeline.processors.filter((one) => one !== 'batch'), exporters: ['file'] },
    ]);
    return {
      processors,
      exporters: { file: { path: join(folder, 'kept.json') } },
      pipelines: Object.fromEntries(pipelines),
    };
  });
}
