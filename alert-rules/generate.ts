/** The committed rule files, from `slos/`. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compile } from './src/compile.ts';
import { DEFAULT_OPTIONS } from './src/options.ts';
import { formatProblem } from './src/problem.ts';
import { readSlos } from './src/read.ts';
import type { Slo } from './src/slo.ts';

const folder = join(import.meta.dirname, 'slos');

/** The product's SLOs. Throws when one of them has a problem: they are ours. */
export async function productSlos(): Promise<Slo[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.yaml')).sort();
  const files = names.map(async (name) => ({
    path: `alert-rules/slos/${name}`,
    text: await readFile(join(folder, name), 'utf8'),
  }));
  const { slos, problems } = readSlos(await Promise.all(files));
  if (problems.length > 0) throw new Error(problems.map(formatProblem).join('\n'));
  return slos;
}

/** Path from the repository's root → content of every generated file of this workspace. */
export async function generate(): Promise<Map<string, string>> {
  const files = compile(await productSlos(), DEFAULT_OPTIONS);
  return new Map([...files].map(([path, content]) => [`alert-rules/generated/${path}`, content]));
}
