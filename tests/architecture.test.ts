import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import { test } from 'node:test';
import ts from 'typescript';

/**
 * Who may import whom. A file belongs to the longest key that its path starts with. It may import what starts with that
 * key, and what starts with one of the names given here: `*` is everything, `*x` what ends with x.
 */
const directions: Record<string, readonly string[]> = {
  'model/': [],
  'model/src/domain/': ['model/src/api.ts'],
  'model/src/slis/': ['model/src/domain/', 'model/src/sampling/', 'model/src/api.ts'],
  'model/src/sampling/': ['model/src/domain/', 'model/src/slis/statistics.ts'],
  'exporters/': ['model/'],
  'alert-rules/': ['model/'],
  'dashboards/': ['model/', 'alert-rules/'],
  'grafana-app/': ['model/', 'alert-rules/'],
  'collector-processor/src/main.ts': ['collector-processor/src/app.ts', 'collector-processor/src/cli/'],
  'collector-processor/src/app.ts': ['*'],
  'collector-processor/src/cli/': ['*'],
  'collector-processor/src/config.ts': ['*/config.ts'],
  'collector-processor/src/formats/': ['model/'],
  'collector-processor/src/policy/': ['model/'],
  'collector-processor/src/correlation/': ['model/'],
  'collector-processor/src/sampling/': ['model/'],
  // The read side: what the API and the exporters ask for, answered from the pipeline's state.
  'collector-processor/src/reporting/': [
    'model/',
    'exporters/',
    'alert-rules/',
    'collector-processor/src/pipeline/',
    'collector-processor/src/packed/',
    'collector-processor/src/correlation/',
    'collector-processor/src/policy/',
    'collector-processor/src/storage/',
  ],
  // From a finding to people and back; what it reads and writes comes through ports.
  'collector-processor/src/notification/': ['model/', 'exporters/'],
  'collector-processor/src/receivers/': ['model/', 'collector-processor/src/telemetry/'],
  'collector-processor/src/pipeline/': [
    'model/',
    'collector-processor/src/formats/',
    'collector-processor/src/correlation/',
    'collector-processor/src/packed/',
    'collector-processor/src/policy/',
    'collector-processor/src/telemetry/',
  ],
  'collector-processor/src/storage/': [
    'model/',
    'collector-processor/src/packed/',
    'collector-processor/src/telemetry/',
  ],
  // Many values in few bytes: it knows nothing of what they mean.
  'collector-processor/src/packed/': [],
  'collector-processor/src/api/': ['model/', 'alert-rules/', 'collector-processor/src/telemetry/'],
  'collector-processor/src/telemetry/': ['model/'],
  'demo/': ['model/'],
  'demo/processes/processor.ts': ['demo/', 'collector-processor/'],
  'demo/main.ts': ['model/', 'demo/', 'collector-processor/'],
  'docs/': ['*'],
  'tests/': ['*'],
  'bench/': ['*'],
  'scripts/': [],
};

/** A test may reach all of its own workspace, and the real servers. */
const openToTests = ['tests/servers/'];

/** Folder names that say nothing about what is in them: a helper lives with its user. */
const emptyNames = ['utils', 'util', 'common', 'types', 'helpers'];

/** What reads the clock, chance or the outside in a browser as well as in Node. */
const impure =
  /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bperformance\.|\bcrypto\.|\bprocess\.|\bfetch\(|\bset(Timeout|Interval)\(/;

/** No package: the plugin loader of Grafana provides it. */
const resolvedByGrafana = ['amd-module'];

interface Manifest {
  name?: string;
  workspaces?: string[];
  exports?: Record<string, string>;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

const { workspaces = [], ...rootManifest } = manifestOf('.');
const files = globSync('*/**/*.{ts,tsx}', { exclude: ['**/node_modules', '**/dist', '**/generated', '**/testdata'] });
const imports = files.flatMap((file) => {
  const { importedFiles } = ts.preProcessFile(readFileSync(file, 'utf8'), true, true);
  return importedFiles.map(({ fileName }) => ({ file, specifier: fileName, ...resolve(file, fileName) }));
});
const forTests = findTests();

test('every file belongs to a part whose directions are known', () => {
  assert.deepEqual(
    files.filter((file) => partOf(file) === undefined),
    [],
  );
});

test('imports follow the directions', () => {
  const wrong = imports.filter(({ file, target }) => target !== null && !mayImport(file, target));
  assert.deepEqual(wrong.map(arrow), []);
});

test('no files load each other in a circle', () => {
  assert.deepEqual(circles(), []);
});

test('workspaces enter each other by package name', () => {
  const wrong = imports.filter(({ file, specifier, target }) => {
    // Benchmarks measure inner parts, which no package exports.
    if (target === null || !specifier.startsWith('.') || file.startsWith('bench/')) return false;
    if (forTests.has(file) && openToTests.some((open) => target.startsWith(open))) return false;
    return homeOf(file) !== homeOf(target);
  });
  assert.deepEqual(wrong.map(arrow), []);
});

test('packages are declared where they are imported', () => {
  const wrong = imports.filter(({ file, packageName }) => packageName !== null && !declares(file, packageName));
  assert.deepEqual(wrong.map(arrow), []);
});

test('the model has no input, output, clock or chance', () => {
  const model = (file: string) => file.startsWith('model/src/') && !forTests.has(file);
  const builtins = imports.filter(({ file, specifier }) => model(file) && isBuiltin(specifier));
  assert.deepEqual(builtins.map(arrow), []);
  assert.deepEqual(
    files.filter((file) => model(file) && impure.test(withoutComments(file))),
    [],
  );
});

test('no folder is named after nothing', () => {
  assert.deepEqual(
    files.filter((file) => file.split('/').some((name) => emptyNames.includes(name))),
    [],
  );
});

/** A relative import or one of ours becomes a path in the repository; others have a package name, or (Node's own) neither. */
function resolve(file: string, specifier: string): { target: string | null; packageName: string | null } {
  if (specifier.startsWith('.')) return { target: posix.join(posix.dirname(file), specifier), packageName: null };
  if (isBuiltin(specifier)) return { target: null, packageName: null };
  const [first = '', second = ''] = specifier.split('/');
  const packageName = first.startsWith('@') ? `${first}/${second}` : first;
  return { target: first === '@cnapp-slo' ? `${second}/` : null, packageName };
}

function partOf(file: string): string | undefined {
  const keys = Object.keys(directions).filter((key) => file.startsWith(key));
  return keys.sort((a, b) => b.length - a.length)[0];
}

function mayImport(file: string, target: string): boolean {
  const part = partOf(file) ?? '';
  const open = forTests.has(file) ? [homeOf(file), ...openToTests] : [];
  return [part, ...(directions[part] ?? []), ...open].some((allowed) =>
    allowed.startsWith('*') ? target.endsWith(allowed.slice(1)) : target.startsWith(allowed),
  );
}

/** Ways of imports that come back to a file that is on them. `import type` loads nothing: a table and its rows may name each other. */
function circles(): string[] {
  const seen = new Set<string>();
  const found: string[] = [];
  const follow = (file: string, way: readonly string[]): void => {
    if (way.includes(file)) found.push([...way.slice(way.indexOf(file)), file].join(' → '));
    if (seen.has(file)) return;
    seen.add(file);
    for (const next of loadedBy(file)) follow(next, [...way, file]);
  };
  for (const file of files) follow(file, []);
  return found;
}

/** Files of the same workspace that an import loads. */
function loadedBy(file: string): string[] {
  const text = existsSync(file) ? readFileSync(file, 'utf8').replaceAll(/^(import|export) type [^;]*;$/gm, '') : '';
  const { importedFiles } = ts.preProcessFile(text, true, true);
  return importedFiles.flatMap(({ fileName }) =>
    fileName.startsWith('.') ? (resolve(file, fileName).target ?? []) : [],
  );
}

/** The folder of the workspace; everything outside of workspaces is the root package. */
function homeOf(path: string): string {
  const [first = ''] = path.split('/');
  return workspaces.includes(first) ? `${first}/` : '';
}

/**
 * Development dependencies do for tests and tools, and for the plugin, which bundles them. The root package's folders may
 * use what any workspace has: npm installs it where they find it.
 */
function declares(file: string, name: string): boolean {
  const home = homeOf(file);
  if (home === '')
    return [rootManifest, ...workspaces.map(manifestOf)].some((manifest) => names(manifest).includes(name));
  const isShipped = home !== 'grafana-app/' && file.startsWith(`${home}src/`) && !forTests.has(file);
  if (isShipped) return name in (manifestOf(home).dependencies ?? {});
  return [...names(manifestOf(home)), ...names(rootManifest), ...resolvedByGrafana].includes(name);
}

function names({ name, dependencies, devDependencies }: Manifest): (string | undefined)[] {
  return [name, ...Object.keys({ ...dependencies, ...devDependencies })];
}

function manifestOf(folder: string): Manifest {
  const path = posix.join(folder, 'package.json');
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
}

function withoutComments(file: string): string {
  return readFileSync(file, 'utf8').replaceAll(/\/\*.*?\*\/|\/\/[^\n]*/gs, '');
}

/** Tests and benchmarks, and what only they import, such as samples and reference implementations. */
function findTests(): Set<string> {
  const tests = new Set(files.filter((file) => /\.test\.tsx?$/.test(file) || file.startsWith('bench/')));
  const exported = workspaces.flatMap((home) =>
    Object.values(manifestOf(home).exports ?? {}).map((path) => posix.join(home, path)),
  );
  const importersOf = Map.groupBy(imports, ({ target }) => target);
  for (let before = -1; before < tests.size; ) {
    before = tests.size;
    for (const file of files) {
      const importers = importersOf.get(file) ?? [];
      const isUsed = importers.some((importer) => !tests.has(importer.file)) || exported.includes(file);
      if (importers.length > 0 && !isUsed) tests.add(file);
    }
  }
  return tests;
}

function arrow({ file, specifier }: { file: string; specifier: string }): string {
  return `${file} → ${specifier}`;
}
