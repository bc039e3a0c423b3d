/** SLO files and folders, read for the compiler. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { formatProblem, type InputFile, type Problem } from '@cnapp-slo/alert-rules';
import { type CliIo, UsageError } from './io.ts';

/** Every `.yaml`, `.yml` and `.json` file of the paths, folders with what is beneath them, sorted by path. */
export async function readInputs(paths: readonly string[]): Promise<InputFile[]> {
  if (paths.length === 0) throw new UsageError('name at least one SLO file or folder');
  const files = (await Promise.all(paths.map(filesBelow))).flat();
  return Promise.all([...new Set(files)].sort().map(async (path) => ({ path, text: await readFile(path, 'utf8') })));
}

async function filesBelow(path: string): Promise<string[]> {
  const found = await stat(path).catch(() => null);
  if (found === null) throw new UsageError(`no such file or folder: ${path}`);
  if (found.isFile()) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && /\.(ya?ml|json)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}

export function printProblems(problems: readonly Problem[], io: CliIo): void {
  for (const problem of problems) io.stderr.write(`${formatProblem(problem)}\n`);
}

/** A number above 0 given on the command line. */
export function positive(name: string, text: string): number {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value))) throw new UsageError(`${name} takes a number above 0`);
  return value;
}
