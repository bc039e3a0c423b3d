import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { compilePolicy, failingExamples, type Policy } from './policy.ts';
import { parsePolicies } from './policy-file.ts';

/** Every policy of a file or folder, by name. Throws an Error that names the file and what is wrong, failing examples too. */
export function readPolicies(path: string): Policy[] {
  const policies = filesOf(path).flatMap((file) => parsePolicies(readFileSync(file, 'utf8'), file).map(compilePolicy));
  const names = new Set<string>();
  for (const { name } of policies) {
    if (names.has(name)) throw new Error(`${path}: two policies are named ${name}`);
    names.add(name);
  }
  const failing = policies.flatMap(failingExamples);
  if (failing.length > 0) throw new Error(failing.join('\n'));
  return policies.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Changes when a file comes, goes or is written. Null: the path cannot be read. */
export function signatureOf(path: string): string | null {
  try {
    return filesOf(path)
      .map((file) => {
        const { mtimeMs, size, ino } = statSync(file);
        return `${file} ${mtimeMs} ${size} ${ino}`;
      })
      .join('\n');
  } catch {
    return null;
  }
}

function filesOf(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.ya?ml$/.test(name))
    .sort()
    .map((name) => join(path, name));
}
