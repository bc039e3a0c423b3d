/**
 * Runs every test. `npm test -- PATTERN…` runs only the test files whose path contains a pattern, and the runners
 * (`checks`, `grafana-app`, `compatibility`, `e2e`) that a pattern names. The last line is the sum over all runners.
 */
import { globSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { runChecks } from './check.ts';
import { runCompatibility, runEndToEnd, runJest } from './testing/grafana-app.ts';
import { runNodeTests } from './testing/node-tests.ts';
import { add, emptyTally, format } from './testing/tally.ts';

const root = dirname(import.meta.dirname);
process.chdir(root);
const patterns = process.argv.slice(2);
const requireAll = process.env.CNAPP_REQUIRE_ALL === '1';
const cores = availableParallelism();

const unitFolders = '{model,collector-processor,exporters,alert-rules,dashboards,demo,docs,bench,scripts}';

const total = emptyTally();
if (isWanted('checks')) add(total, await runChecks({ architecture: false })); // that one is among the tests
add(total, await runFiles(`${unitFolders}/**/*.test.ts`, cores));
add(total, await runFiles('tests/**/*.test.ts', Math.max(1, Math.floor(cores / 2)))); // each starts servers
if (isWanted('grafana-app')) add(total, await runJest(root));
if (isWanted('compatibility')) add(total, await runCompatibility(root, requireAll));
if (isWanted('e2e')) add(total, await runEndToEnd(root));

if (total.passed + total.failed === 0) console.log('nothing ran');
console.log(format(total));
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;

function isWanted(runner: string): boolean {
  return patterns.length === 0 || patterns.includes(runner);
}

function runFiles(glob: string, concurrency: number) {
  const all = globSync(glob, { exclude: ['**/node_modules'] }).sort();
  const files = all.filter((file) => patterns.length === 0 || patterns.some((pattern) => file.includes(pattern)));
  return runNodeTests(
    files.map((file) => join(root, file)),
    { concurrency, requireAll },
  );
}
