/** The real servers, tools and data that tests run against, and where each is on this machine. */
import { accessSync, constants, existsSync, readdirSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { builds } from './builds.ts';

const root = dirname(dirname(import.meta.dirname));

/** Executables, or (`kafka`, `postgres`, `fixtures`) folders. A locator returns a reason when the part is not there. */
const locators = {
  prometheus: () => command('prometheus') ?? missing('prometheus is not on the PATH'),
  promtool: () => command('promtool') ?? missing('promtool is not on the PATH'),
  alertmanager: () =>
    command('prometheus-alertmanager') ?? command('alertmanager') ?? missing('alertmanager is not on the PATH'),
  chromium: () =>
    command('chromium') ??
    command('chromium-browser') ??
    command('google-chrome') ??
    missing('chromium is not on the PATH'),
  /** The folder with initdb and postgres: Debian keeps it off the PATH. */
  postgres: () => postgresFolder() ?? missing('PostgreSQL with initdb is not installed'),
  /** The folder of jars. */
  kafka: () => (command('java') ? built('kafka', '') : missing('java is not on the PATH')),
  collector: () => built('collector', 'otelcol'),
  telemetrygen: () => built('telemetrygen', 'telemetrygen'),
  /** Real records of every supported format; a clone has them beside it or names them. */
  fixtures: () => fixturesFolder() ?? missing('no fixtures at CNAPP_FIXTURES or ../shared/fixtures'),
} satisfies Record<string, () => string | Missing>;

type Missing = { missing: string };
export type PartName = keyof typeof locators;
export const partNames = Object.keys(locators) as PartName[];

export function locate(name: PartName): { path: string } | Missing {
  const found = locators[name]();
  return typeof found === 'string' ? { path: found } : found;
}

/** The absolute path of a command on the PATH. */
export function command(name: string): string | null {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    if (isExecutable(join(folder, name))) return join(folder, name);
  }
  return null;
}

function missing(reason: string): Missing {
  return { missing: reason };
}

function built(name: keyof typeof builds, file: string): string | Missing {
  const { folder, needs } = builds[name];
  return existsSync(folder)
    ? join(folder, file)
    : missing(`${name} is not built (npm run setup; needs ${needs.join(', ')})`);
}

function postgresFolder(): string | null {
  const initdb = command('initdb');
  if (initdb) return dirname(realpathSync(initdb));
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = versions.map((version) => join(debian, version, 'bin'));
  return folders.find((folder) => isExecutable(join(folder, 'initdb'))) ?? null;
}

function fixturesFolder(): string | null {
  const folder = resolve(root, process.env.CNAPP_FIXTURES ?? '../shared/fixtures');
  return existsSync(folder) ? folder : null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
