import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NODE_FLAGS } from '@cnapp-slo/collector-processor/bin/node-flags.mjs';
import { INTERVALS } from '../live/routine.ts';
import { type Child, freePort, startChild } from './child.ts';

/** The processor's ready line: where it listens, each `host:port`. */
export interface Ready {
  ready: true;
  otlp_grpc: string;
  otlp_http: string;
  api: string;
  metrics: string;
}

export interface ProcessorProcess {
  child: Child;
  ready: Ready;
  /** The ready line, as printed. */
  line: string;
}

/** The ports of the contract. */
const PORTS = { otlp_grpc: 4317, otlp_http: 4318, api: 8080, metrics: 9464 } as const;

/** The processor as anybody would start it, on its default ports (free ones where those are taken), with a store in `folder`. */
export async function startProcessor(root: string, folder: string): Promise<ProcessorProcess> {
  const endpoint = async (name: keyof typeof PORTS): Promise<{ endpoint: string }> => ({
    endpoint: `127.0.0.1:${await freePort(PORTS[name])}`,
  });
  const config = {
    receivers: { otlp: { grpc: await endpoint('otlp_grpc'), http: await endpoint('otlp_http') } },
    api: await endpoint('api'),
    metrics: await endpoint('metrics'),
    storage: { path: join(folder, 'cnapp.db') },
    sources: { intervals: INTERVALS },
  };
  const file = join(folder, 'processor.yaml');
  writeFileSync(file, JSON.stringify(config, null, 2)); // JSON is YAML
  let isReady: (line: string) => void = () => {};
  const readyLine = new Promise<string>((resolve) => {
    isReady = resolve;
  });
  const logFile = join(folder, 'processor.log');
  const child = await startChild(
    'the processor',
    process.execPath,
    [...NODE_FLAGS, join(root, 'collector-processor/src/main.ts'), 'run', '--config', file],
    logFile,
    { cwd: root, onLine: (line) => line.startsWith('{"ready":true') && isReady(line) },
  );
  const line = await Promise.race([
    readyLine,
    child.exited.then(() => {
      throw new Error(`the processor did not start; see ${logFile}`);
    }),
  ]);
  return { child, ready: JSON.parse(line) as Ready, line };
}
