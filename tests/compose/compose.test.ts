import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { runCommand } from '../../scripts/run-command.ts';
import { temporaryFolder } from '../servers/process.ts';

const root = join(import.meta.dirname, '../..');
const file = join(root, 'docker-compose.yml');

interface Service {
  image: string;
  build?: { dockerfile: string };
  user?: string;
  read_only?: boolean;
  cap_drop?: string[];
  security_opt?: string[];
  ports?: string[];
  volumes?: (string | { source: string })[];
  secrets?: string[];
  healthcheck?: { test?: string[]; disable?: boolean };
}
interface Compose {
  services: Record<string, Service>;
  secrets: Record<string, { file: string }>;
}

const compose = parse(readFileSync(file, 'utf8'), { merge: true }) as Compose;
const services = Object.entries(compose.services);
/** What is made before the first start, not part of the repository. */
const made = ['./grafana-app/dist'];

test('every image is pinned to a version', () => {
  for (const [name, { image }] of services) assert.match(image, /^[a-z0-9./-]+:v?\d+\.\d+(\.\d+)?(-[a-z]+)?$/, name);
});

test('every service drops all capabilities and runs as somebody else than root', () => {
  for (const [name, service] of services) {
    assert.deepEqual(service.cap_drop, ['ALL'], name);
    assert.deepEqual(service.security_opt, ['no-new-privileges:true'], name);
    assert.ok(service.user !== undefined && !/^(root|0)(:|$)/.test(service.user), name);
  }
});

test('file systems are read-only, except the one that says why', () => {
  const writable = services.filter(([, { read_only }]) => read_only !== true).map(([name]) => name);
  assert.deepEqual(writable, ['kafka']);
});

test('every service has a health check, except the one that says why', () => {
  const unchecked = services.filter(([, { healthcheck }]) => !healthcheck?.test?.length).map(([name]) => name);
  assert.deepEqual(unchecked, ['collector']);
});

test('nothing is published beyond this machine', () => {
  for (const [name, { ports = [] }] of services) {
    for (const port of ports) assert.ok(port.startsWith('127.0.0.1:'), `${name}: ${port}`);
  }
});

test('everything that is mounted or built is there', () => {
  for (const [name, { volumes = [], build }] of services) {
    const sources = volumes.map((volume) =>
      typeof volume === 'string' ? (volume.split(':')[0] ?? '') : volume.source,
    );
    for (const source of sources.filter((path) => path.startsWith('./') && !made.includes(path)))
      assert.ok(existsSync(join(root, source)), `${name}: ${source}`);
    if (build) assert.ok(existsSync(join(root, build.dockerfile)), name);
  }
});

test('the script for the secrets makes each of them, and keeps what is there', async (t) => {
  const folder = temporaryFolder('secrets');
  t.after(folder.remove);
  const write = () => runCommand(process.execPath, [join(root, 'deploy/init-secrets.mjs'), folder.path]);
  const read = () =>
    Object.values(compose.secrets).map((secret) => readFileSync(join(folder.path, nameOf(secret)), 'utf8'));
  await write();
  const first = read();
  assert.ok(first.every((content) => content.length >= 32));
  await write();
  assert.deepEqual(read(), first);
  for (const [name, { secrets = [] }] of services) {
    for (const secret of secrets) assert.ok(secret in compose.secrets, `${name}: ${secret}`);
  }
});

test('the image of the processor copies every manifest that the lock file names', () => {
  const dockerfile = readFileSync(join(root, 'deploy/processor/Dockerfile'), 'utf8');
  const { workspaces } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { workspaces: string[] };
  for (const name of workspaces) assert.ok(dockerfile.includes(`COPY ${name}/package.json ${name}/`), name);
});

// A development machine may have no Docker; what it would say beyond the above is the schema of the file.
if (spawnSync('docker', ['compose', 'version']).status === 0) {
  test('docker compose takes the file', async () => {
    await runCommand('docker', ['compose', '-f', file, '--profile', 'postgres', 'config', '-q']);
  });
}

function nameOf(secret: { file: string }): string {
  return secret.file.split('/').at(-1) ?? '';
}
