/**
 * Installs the real servers that the tests run against, as far as this machine can: Debian packages when we are root,
 * Kafka with Maven, the Collector and telemetrygen with Go. What it cannot install it names; the tests that need it skip.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runCommand } from '../run-command.ts';
import { type Build, buildPart, builds } from './builds.ts';
import { command, locate, type PartName, partNames } from './parts.ts';

const compatibility = join(import.meta.dirname, '../../grafana-app/e2e/check-compatibility.ts');

const debianPackages: Partial<Record<PartName, readonly string[]>> = {
  prometheus: ['prometheus'],
  promtool: ['prometheus'],
  alertmanager: ['prometheus-alertmanager'],
  chromium: ['chromium'],
  postgres: ['postgresql'],
  kafka: ['default-jre-headless'],
};

export async function installParts(): Promise<void> {
  const debian = attempt('Debian packages', installDebianPackages);
  await Promise.all([
    debian,
    debian.then(() => attempt('kafka', () => install(builds.kafka))), // Java and Maven come with those packages
    attempt('collector, telemetrygen', async () => {
      await install(builds.telemetrygen);
      await install(builds.collector);
    }),
    attempt('packages of the oldest and the newest Grafana', () =>
      runCommand(process.execPath, [compatibility, '--download']).then(() => {}),
    ),
  ]);
  for (const name of partNames) {
    const located = locate(name);
    if ('missing' in located) console.error(`set-up: ${located.missing}; tests that need ${name} will be skipped`);
  }
}

async function installDebianPackages(): Promise<void> {
  const missing = partNames.filter((name) => 'missing' in locate(name));
  const wanted = new Set(missing.flatMap((name) => debianPackages[name] ?? []));
  if (command('java')) wanted.delete('default-jre-headless');
  if (missing.includes('kafka') && !command('mvn')) wanted.add('maven');
  if (wanted.size === 0 || process.getuid?.() !== 0 || !command('apt-get')) return;
  console.error(`Installing Debian packages: ${[...wanted].join(', ')} …`);
  // RUNLEVEL=1 keeps packages from starting their services: tests start their own servers.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  await runCommand('apt-get', ['update', '-q'], { env });
  await runCommand('apt-get', ['install', '-q', '-y', '--no-install-recommends', ...wanted], { env });
}

async function install(build: Build): Promise<void> {
  if (existsSync(build.folder) || !build.needs.every(command)) return;
  console.error(`Building ${build.folder} …`);
  await buildPart(build);
}

/** A part that fails to install is reported, and is missing afterwards. It never stops the others. */
async function attempt(what: string, install: () => Promise<void>): Promise<void> {
  await install().catch((error) => console.error(`set-up: ${what} failed: ${error.message}`));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await installParts();
