import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, type RunningProcess, startProcess, temporaryFolder } from './process.ts';
import { requirePart } from './require-part.ts';

export interface KafkaServer {
  /** Bootstrap address, `127.0.0.1:PORT`; it survives restarts. */
  broker: string;
  pid(): number;
  /** Stops the broker, keeping its data. SIGKILL is a crash. */
  halt(signal?: NodeJS.Signals): Promise<void>;
  /** Starts the halted broker again on the same port and data. */
  resume(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * One Kafka node, broker and controller, with `settings` added to its server.properties.
 * Topics are created on first use, with one partition, unless a test creates them.
 */
export async function startKafka(settings: Record<string, string> = {}): Promise<KafkaServer> {
  const folder = temporaryFolder('kafka');
  const properties = join(folder.path, 'server.properties');
  const [port, controllerPort] = [await freePort(), await freePort()];
  writeFileSync(properties, serverProperties(port, controllerPort, join(folder.path, 'data'), settings));

  const formatting = await startProcess(
    java('kafka-format', 'kafka.tools.StorageTool', [
      'format',
      '--standalone',
      '--cluster-id',
      clusterId(),
      '--config',
      properties,
    ]),
  );
  if ((await formatting.exited) !== 0) throw new Error(`kafka did not format its storage:\n${formatting.output()}`);

  const start = () =>
    startProcess({
      ...java('kafka', 'kafka.Kafka', [properties]),
      ready: (output) => output.includes('Kafka Server started'),
    });
  let running: RunningProcess = await start();
  return {
    broker: `127.0.0.1:${port}`,
    pid: () => running.pid,
    halt: (signal) => running.stop(signal),
    async resume() {
      running = await start();
    },
    async stop() {
      await running.stop('SIGKILL'); // the data goes with it, so there is nothing to flush
      folder.remove();
    },
  };
}

/** Kafka wants 16 bytes in base64url; one that begins with a dash would be read as an option. */
function clusterId(): string {
  const bytes = randomBytes(16);
  bytes[0] = (bytes[0] ?? 0) & 0x7f;
  return bytes.toString('base64url');
}

function java(name: string, mainClass: string, args: readonly string[]) {
  const jars = requirePart('kafka').path;
  const quiet = ['-Dorg.slf4j.simpleLogger.defaultLogLevel=warn', '-Dorg.slf4j.simpleLogger.log.kafka.server=info'];
  return { name, command: 'java', args: ['-Xmx700m', ...quiet, '-cp', join(jars, '*'), mainClass, ...args] };
}

function serverProperties(
  port: number,
  controllerPort: number,
  data: string,
  settings: Record<string, string>,
): string {
  const all = {
    'process.roles': 'broker,controller',
    'node.id': '1',
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'controller.listener.names': 'CONTROLLER',
    'controller.quorum.bootstrap.servers': `127.0.0.1:${controllerPort}`,
    'log.dirs': data,
    'num.partitions': '1',
    'offsets.topic.num.partitions': '1',
    'offsets.topic.replication.factor': '1',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'share.coordinator.state.topic.replication.factor': '1',
    'share.coordinator.state.topic.min.isr': '1',
    'group.initial.rebalance.delay.ms': '0', // a consumer's first join waits three seconds otherwise
    'broker.heartbeat.interval.ms': '200',
    'broker.session.timeout.ms': '2000', // after a crash, a broker may come back only when its old session has ended
    ...settings,
  };
  return Object.entries(all)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
}
