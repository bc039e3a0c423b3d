import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, type RunningProcess, startProcess, temporaryFolder } from './process.ts';
import { requirePart } from './require-part.ts';

export interface CollectorServer {
  /** The `host:port` addresses of the OTLP receiver. */
  grpc: string;
  http: string;
  /** A folder of its own, for file exporters and file storage: `FOLDER` in the configuration. */
  folder: string;
  pid: number;
  output(): string;
  stop(): ReturnType<RunningProcess['stop']>;
}

/** The part of a Collector's configuration that a test gives; shapes as in the Collector's documentation. */
export interface CollectorConfig {
  /** Beside, or instead of, the OTLP receiver: for a Collector that comes back to its addresses. */
  receivers?: Record<string, unknown>;
  processors?: Record<string, unknown>;
  connectors?: Record<string, unknown>;
  exporters: Record<string, unknown>;
  extensions?: Record<string, unknown>;
  /** For example `{ logs: { receivers: ['otlp'], exporters: ['nop'] } }`. */
  pipelines: Record<string, { receivers: string[]; processors?: string[]; exporters: string[] }>;
}

/**
 * An OpenTelemetry Collector with an OTLP receiver, named `otlp`, on free ports. `configure` gets the folder that is
 * removed on stop. Its components are those of scripts/tools/collector-builder.yaml.
 */
export async function startCollector(
  configure: (folder: string) => CollectorConfig,
  env: NodeJS.ProcessEnv = {},
): Promise<CollectorServer> {
  const folder = temporaryFolder('collector');
  const [grpc, http] = [`127.0.0.1:${await freePort()}`, `127.0.0.1:${await freePort()}`];
  const { pipelines, extensions = {}, receivers, ...components } = configure(folder.path);
  const config = {
    receivers: { otlp: { protocols: { grpc: { endpoint: grpc }, http: { endpoint: http } } }, ...receivers },
    ...components,
    extensions,
    service: {
      extensions: Object.keys(extensions),
      pipelines,
      telemetry: { metrics: { level: 'none' } }, // its own metrics would listen on a fixed port
    },
  };
  const file = join(folder.path, 'collector.yaml');
  writeFileSync(file, JSON.stringify(config)); // JSON is YAML
  const running = await startProcess({
    name: 'collector',
    command: requirePart('collector').path,
    args: ['--config', file],
    env: { ...process.env, ...env },
    ready: (output) => output.includes('Everything is ready'),
  });
  return {
    grpc,
    http,
    folder: folder.path,
    pid: running.pid,
    output: running.output,
    async stop() {
      await running.stop();
      folder.remove();
    },
  };
}
