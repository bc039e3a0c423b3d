/**
 * Type checks the app against the packages of the oldest and the newest Grafana that it promises: what they lack would be missing at run time.
 * `npm run compatibility -w grafana-app [-- --download] [-- VERSION …]`; downloads the packages once, into .cache; `--download` does no more than that.
 *
 * Not @grafana/levitate: it does not find packages that a workspace's root holds, and compares names where the compiler compares types.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const app = dirname(import.meta.dirname);
const root = dirname(app);
const cache = join(root, '.cache/grafana-packages');
/** What Grafana provides at run time; the rest is bundled. */
const provided = ['data', 'runtime', 'ui'];
const onlyDownload = process.argv[2] === '--download';
const named = process.argv.slice(onlyDownload ? 3 : 2);
const versions = named.length > 0 ? named : ['12.3.0', '13.2.0'];

mkdirSync(cache, { recursive: true });
// The packages' own imports resolve as if they were installed.
if (!existsSync(join(cache, 'node_modules'))) symlinkSync(join(root, 'node_modules'), join(cache, 'node_modules'));

for (const version of versions) {
  const paths: Record<string, string[]> = {};
  for (const name of provided) {
    const folder = join(cache, version, name);
    if (!existsSync(join(folder, 'package'))) download(`@grafana/${name}@${version}`, folder);
    paths[`@grafana/${name}`] = [join(folder, 'package/dist/types/index.d.ts')];
  }
  if (onlyDownload) continue;
  const config = join(cache, `tsconfig-${version}.json`);
  const typeRoots = [join(root, 'node_modules/@types')];
  const content = {
    extends: join(app, 'tsconfig.json'),
    compilerOptions: { typeRoots, paths },
    include: [join(app, 'src')],
    exclude: ['**/*.test.ts', '**/*.test.tsx', '**/src/test/**'],
  };
  writeFileSync(config, JSON.stringify(content));
  const { status } = spawnSync(join(root, 'node_modules/.bin/tsc'), ['--noEmit', '-p', config], { stdio: 'inherit' });
  console.log(`${status === 0 ? 'ok  ' : 'FAIL'} Grafana ${version}`);
  if (status !== 0) process.exitCode = 1;
}

function download(pkg: string, folder: string): void {
  mkdirSync(folder, { recursive: true });
  const archive = execFileSync('npm', ['pack', '--silent', pkg], { cwd: folder, encoding: 'utf8' }).trim();
  execFileSync('tar', ['xzf', archive], { cwd: folder });
}
