/**
 * Writes the generated files, or with `--check` names those that are not up to date and fails.
 *
 * A folder takes part by having a `generate.ts` at its top that exports `generate()`, with the path from the repository's
 * root and the content of every file it makes. Folders named `generated` belong to it whole: what it no longer makes goes.
 */
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

type Files = Map<string, string>;
interface Generator {
  generate(): Files | Promise<Files>;
}

const root = dirname(import.meta.dirname);
process.chdir(root);
const isCheck = process.argv.includes('--check');

for (const path of globSync('*/generate.ts', { exclude: ['node_modules', 'scripts'] }).sort()) {
  const generator: Generator = await import(join(root, path));
  const files = await generator.generate();
  for (const [file, content] of files) {
    if (existsSync(file) && readFileSync(file, 'utf8') === content) continue;
    report(file, 'is not up to date');
    if (isCheck) continue;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  const present = globSync(`${dirname(path)}/**/generated/**`, { exclude: ['**/node_modules'], withFileTypes: true });
  for (const entry of present.filter((entry) => entry.isFile())) {
    const file = join(entry.parentPath, entry.name);
    if (files.has(file)) continue;
    report(file, 'is not generated any more');
    if (!isCheck) rmSync(file);
  }
}

function report(file: string, problem: string): void {
  console.log(isCheck ? `${file} ${problem}: npm run generate` : `${file} ${problem}; done`);
  if (isCheck) process.exitCode = 1;
}
