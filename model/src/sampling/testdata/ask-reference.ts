/** Builds the oracle outside of the project, asks it everything, compares and writes `reference.sha256`. Needs Go. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answer, questions } from './questions.ts';

const BLOCK = 1000;
const folder = mkdtempSync(join(tmpdir(), 'sampling-oracle-'));
try {
  cpSync(join(import.meta.dirname, 'oracle'), folder, { recursive: true });
  execFileSync('go', ['mod', 'tidy', '-e'], { cwd: folder });
  execFileSync('go', ['build', '-o', 'oracle', '.'], { cwd: folder });
  const asked = [...questions()];
  const input = asked.map((question) => `${question}\n`).join('');
  const said = execFileSync(join(folder, 'oracle'), { input, maxBuffer: 1 << 28 }).toString().trimEnd().split('\n');
  const different = asked.filter((question, index) => answer(question) !== said[index]);
  process.stdout.write(`${asked.length} questions, ${different.length} answered differently\n`);
  for (const question of different.slice(0, 10)) process.stdout.write(`  ${question}\n`);
  const digests = Array.from({ length: asked.length / BLOCK }, (_, block) =>
    createHash('sha256').update(said.slice(block * BLOCK, (block + 1) * BLOCK).join('\n')).digest('hex'),
  );
  writeFileSync(join(import.meta.dirname, 'reference.sha256'), `${digests.join('\n')}\n`);
} finally {
  rmSync(folder, { recursive: true });
}
