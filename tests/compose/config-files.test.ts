import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { ALLOCATOR_ENV, NODE_FLAGS } from '@cnapp-slo/collector-processor/bin/node-flags.mjs';
import { runCommand } from '../../scripts/run-command.ts';
import { freePort, startProcess, temporaryFolder } from '../servers/process.ts';
import { requirePart } from '../servers/require-part.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, 'deploy', path), 'utf8');

test('the image starts Node as everybody else does', () => {
  const entrypoint = /^ENTRYPOINT (.+)$/m.exec(read('processor/Dockerfile'))?.[1] ?? '[]';
  assert.deepEqual(JSON.parse(entrypoint), ['node', ...NODE_FLAGS, 'collector-processor/src/main.ts']);
  const environment = /^ENV (MALLOC.+)$/m.exec(read('processor/Dockerfile'))?.[1]?.split(' ');
  assert.deepEqual(
    environment,
    Object.entries(ALLOCATOR_ENV).map(([name, value]) => `${name}=${value}`),
  );
});

test('the processor would start with its file, and with the tokens that the script makes', async (t) => {
  const folder = temporaryFolder('compose-processor');
  t.after(folder.remove);
  await runCommand(process.execPath, [join(root, 'deploy/init-secrets.mjs'), folder.path]);
  const tokens = join(folder.path, 'processor-tokens');
  const cnapp = join(root, 'collector-processor/src/main.ts');
  const file = join(root, 'deploy/processor/processor.yaml');
  const output = await runCommand(process.execPath, [
    cnapp,
    'check-config',
    '--config',
    file,
    '--set',
    `api.tokens_file=${tokens}`,
  ]);
  assert.match(output, /^ok$/m);
  // Beyond a check: on loopback, and without the servers beside it, which it can start without.
  const ports = ['receivers.otlp.grpc', 'receivers.otlp.http', 'api', 'metrics'].map(
    (key) => `${key}.endpoint=127.0.0.1:0`,
  );
  const set = [
    ...ports,
    `api.tokens_file=${tokens}`,
    'storage.path=:memory:',
    'receivers.kafka.brokers=["127.0.0.1:1"]',
  ];
  const running = await startProcess({
    name: 'processor',
    command: process.execPath,
    args: [cnapp, 'run', '--config', file, ...set.flatMap((one) => ['--set', one])],
    ready: (text) => text.includes('"ready":true'),
  });
  t.after(() => running.stop());
  const { api } = JSON.parse(
    running
      .output()
      .split('\n')
      .find((line) => line.includes('"ready":true')) ?? '{}',
  ) as { api: string };
  const status = async (path: string, token?: string): Promise<number> => {
    const headers =
      token === undefined ? {} : { authorization: `Bearer ${readFileSync(join(folder.path, token), 'utf8')}` };
    return (await fetch(`http://${api}${path}`, { headers })).status;
  };
  assert.equal(await status('/readyz'), 200); // the health check has no token
  assert.equal(await status('/api/v1/slis'), 401);
  assert.equal(await status('/api/v1/slis', 'grafana-token'), 200);
});

const promtool = requirePart('promtool');
const prometheus = requirePart('prometheus');

test('Prometheus runs with its file and the generated rules', { skip: promtool.skip || prometheus.skip }, async (t) => {
  const folder = temporaryFolder('compose-prometheus');
  t.after(folder.remove);
  const file = join(folder.path, 'prometheus.yml');
  const rules = join(root, 'alert-rules/generated/prometheus');
  writeFileSync(file, read('prometheus/prometheus.yml').replace('/etc/prometheus/rules', rules));
  const checked = await runCommand(promtool.path, ['check', 'config', file]);
  assert.match(checked, /SUCCESS: \d+ rules found/);
  const address = `127.0.0.1:${await freePort()}`;
  const running = await startProcess({
    name: 'prometheus',
    command: prometheus.path,
    args: [
      `--config.file=${file}`,
      `--storage.tsdb.path=${join(folder.path, 'data')}`,
      `--web.listen-address=${address}`,
    ],
    ready: async () => (await fetch(`http://${address}/-/ready`)).ok,
  });
  t.after(() => running.stop());
  const answer = await fetch(`http://${address}/api/v1/rules`);
  const { data } = (await answer.json()) as { data: { groups: unknown[] } };
  assert.ok(data.groups.length > 0);
});

const alertmanager = requirePart('alertmanager');

test('Alertmanager runs with its file', { skip: alertmanager.skip }, async (t) => {
  const folder = temporaryFolder('compose-alertmanager');
  t.after(folder.remove);
  const address = `127.0.0.1:${await freePort()}`;
  const running = await startProcess({
    name: 'alertmanager',
    command: alertmanager.path,
    args: [
      `--config.file=${join(root, 'deploy/alertmanager/alertmanager.yml')}`,
      `--storage.path=${join(folder.path, 'data')}`,
      `--web.listen-address=${address}`,
      '--cluster.listen-address=',
    ],
    ready: async () => (await fetch(`http://${address}/-/ready`)).ok,
  });
  await running.stop();
});

const collector = requirePart('collector');

test('the Collector takes its file', { skip: collector.skip }, async () => {
  await runCommand(collector.path, ['validate', '--config', join(root, 'deploy/collector/collector.yaml')]);
});

const kafka = requirePart('kafka');

test('Kafka runs with its file', { skip: kafka.skip }, async (t) => {
  const folder = temporaryFolder('compose-kafka');
  t.after(folder.remove);
  const file = join(folder.path, 'server.properties');
  let properties = read('kafka/server.properties').replace('/var/lib/kafka/data', join(folder.path, 'data'));
  // Here the container's name is no host, and its ports may be taken.
  for (const port of ['9092', '9093', '29092'])
    properties = properties.replaceAll(new RegExp(`:${port}\\b`, 'g'), `:${await freePort()}`);
  properties = properties.replace('INTERNAL://kafka', 'INTERNAL://localhost').replaceAll('://:', '://127.0.0.1:');
  writeFileSync(file, properties);
  const java = (name: string, mainClass: string, args: string[]) => ({
    name,
    command: 'java',
    args: [
      '-Xmx512m',
      '-Dorg.slf4j.simpleLogger.defaultLogLevel=info',
      '-cp',
      join(kafka.path, '*'),
      mainClass,
      ...args,
    ],
    env: { ...process.env, LOG_DIR: dirname(file) },
  });
  const format = await startProcess(
    java('kafka-format', 'kafka.tools.StorageTool', ['format', '-t', 'Y25hcHAtc2xvLWNvbXBvcw', '-c', file]),
  );
  assert.equal(await format.exited, 0, format.output());
  const running = await startProcess({
    ...java('kafka', 'kafka.Kafka', [file]),
    ready: (output) => output.includes('Kafka Server started'),
  });
  await running.stop('SIGKILL'); // the data goes with it
});
