/**
 * Checks the app against the packages of the oldest and the newest Grafana that it promises: what they lack would be missing at run time. The compiler
 * compares types; levitate compares what the app uses of the packages with what they export.
 * `npm run compatibility -w grafana-app [-- --download] [-- VERSION …]`; downloads the packages once, into .cache; `--download` does no more than that.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createTsProgram, getIncompatibilitiesBetweenPackages } from '@grafana/levitate';
import ts from 'typescript';

const app = dirname(import.meta.dirname);
const root = dirname(app);
const cache = join(root, '.cache/grafana-packages');
/** What Grafana provides at run time; the rest is bundled. */
const provided = ['data', 'runtime', 'ui'];
const onlyDownload = process.argv[2] === '--download';
const named = process.argv.slice(onlyDownload ? 3 : 2);
const versions = named.length > 0 ? named : ['12.3.0', '13.2.0'];
/** Exports whose declarations differ between versions, but not in what the app takes from them: the compiler finds no fault. */
const reviewed = new Set(['config', 'AppPlugin.addLink', 'AppPlugin.setRootPage']);

/** `@grafana/data@12.3.0`: where levitate looks for a package before it asks a registry. */
const folderOf = (name: string, version: string) => join(cache, '@grafana', `${name}@${version}`);

mkdirSync(join(cache, '@grafana'), { recursive: true });
// The packages' own imports resolve as if they were installed.
if (!existsSync(join(cache, 'node_modules'))) symlinkSync(join(root, 'node_modules'), join(cache, 'node_modules'));

for (const version of versions) for (const name of provided) download(name, version);
if (!onlyDownload) {
  for (const version of versions) report(compiles(version), `types of Grafana ${version}`);
  process.chdir(cache);
  const program = programOf();
  for (const version of versions) report(await isCompatible(program, version), `exports of Grafana ${version}`);
}

function report(isGood: boolean, what: string): void {
  console.log(`${isGood ? 'ok  ' : 'FAIL'} ${what}`);
  if (!isGood) process.exitCode = 1;
}

/** Whether the app compiles against the packages of a version. */
function compiles(version: string): boolean {
  const paths = Object.fromEntries(
    provided.map((name) => [`@grafana/${name}`, [join(folderOf(name, version), 'dist/types/index.d.ts')]]),
  );
  const config = join(cache, `tsconfig-${version}.json`);
  const typeRoots = [join(root, 'node_modules/@types')];
  const content = {
    extends: join(app, 'tsconfig.json'),
    compilerOptions: { typeRoots, paths },
    include: [join(app, 'src')],
    exclude: ['**/*.test.ts', '**/*.test.tsx', '**/src/test/**'],
  };
  writeFileSync(config, JSON.stringify(content));
  return spawnSync(join(root, 'node_modules/.bin/tsc'), ['--noEmit', '-p', config], { stdio: 'inherit' }).status === 0;
}

/** All that the app's two modules import, by the app's own compiler options. */
function programOf(): ReturnType<typeof createTsProgram> {
  const config = ts.readConfigFile(join(app, 'tsconfig.json'), ts.sys.readFile).config;
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, app);
  const { paths: _, ...own } = options;
  return createTsProgram(join(app, 'src/module.tsx'), own as Parameters<typeof createTsProgram>[1]);
}

/** Whether a version exports all that the app uses as the version does that it is compiled with. */
async function isCompatible(program: ReturnType<typeof createTsProgram>, version: string): Promise<boolean> {
  const ignored = { changes: [], removals: [], additions: [] };
  let isGood = true;
  for (const name of provided) {
    const from = `@grafana/${name}@${compiledWith(name)}`;
    const found = await getIncompatibilitiesBetweenPackages(program, from, `@grafana/${name}@${version}`, ignored);
    for (const { name: symbol, removal } of found) {
      if (removal === undefined && reviewed.has(symbol)) continue;
      isGood = false;
      console.log(`     @grafana/${name}: ${symbol} is ${removal === undefined ? 'changed' : 'removed'}`);
    }
  }
  return isGood;
}

/** The installed version, copied to where levitate looks. */
function compiledWith(name: string): string {
  const manifest = createRequire(import.meta.url).resolve(`@grafana/${name}/package.json`);
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
  const folder = folderOf(name, version);
  if (!existsSync(folder)) cpSync(dirname(manifest), folder, { recursive: true });
  return version;
}

function download(name: string, version: string): void {
  const folder = folderOf(name, version);
  if (existsSync(join(folder, 'package.json'))) return;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const pkg = `@grafana/${name}@${version}`;
  const archive = execFileSync('npm', ['pack', '--silent', pkg], { cwd: folder, encoding: 'utf8' }).trim();
  execFileSync('tar', ['xzf', archive, '--strip-components=1'], { cwd: folder });
}
