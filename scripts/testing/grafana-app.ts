/** The Grafana app's own runners: jest for its units, Playwright against a running Grafana. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../run-command.ts';
import { emptyTally, format, type Tally } from './tally.ts';

/** Runs the app's `test` script, which is jest; nothing when it has none. */
export function runJest(root: string): Promise<Tally> {
  return runScript(root, 'test', (report) => ({
    args: ['--json', `--outputFile=${report}`],
    env: {},
    read(json) {
      const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites, numPendingTests, numTodoTests } = json;
      return {
        passed: count(numPassedTests),
        failed: count(numFailedTests) + count(numRuntimeErrorTestSuites),
        skipped: count(numPendingTests) + count(numTodoTests),
      };
    },
  }));
}

/** The oldest and the newest Grafana that the app promises. */
const grafanaVersions = ['12.3.0', '13.2.0'];

/** Checks the app's types and imports against the packages of each Grafana; a test each, skipped where set-up could not fetch them. */
export async function runCompatibility(root: string, requireAll: boolean): Promise<Tally> {
  const tally = emptyTally();
  for (const version of grafanaVersions) {
    if (!existsSync(join(root, `.cache/grafana-packages/@grafana/ui@${version}/package.json`))) {
      console.log(`skipped: the app with Grafana ${version} (its packages could not be fetched)`);
      tally[requireAll ? 'failed' : 'skipped'] += 1;
      continue;
    }
    const command = ['run', '--silent', 'compatibility', '-w', 'grafana-app', '--', version];
    const failure = await runCommand('npm', command, { cwd: root }).then(
      () => null,
      (error: Error) => error.message,
    );
    tally[failure === null ? 'passed' : 'failed'] += 1;
    console.log(`${failure === null ? 'ok  ' : 'FAIL'} grafana-app with the packages of Grafana ${version}`);
    if (failure !== null) console.log(failure);
  }
  return tally;
}

/** Runs the app's `e2e` script, which is Playwright, against `GRAFANA_URL`; one skip when that is not set. */
export async function runEndToEnd(root: string): Promise<Tally> {
  if (!process.env.GRAFANA_URL) {
    console.log('skipped: Playwright end to end (GRAFANA_URL is not set)');
    return { passed: 0, failed: 0, skipped: 1 };
  }
  return runScript(root, 'e2e', (report) => ({
    args: ['--reporter=list,json'],
    env: { PLAYWRIGHT_JSON_OUTPUT_FILE: report },
    read({ stats, errors }) {
      const { expected, unexpected, flaky, skipped } = stats as Record<string, unknown>;
      const broken = Array.isArray(errors) ? errors.length : 0;
      return { passed: count(expected) + count(flaky), failed: count(unexpected) + broken, skipped: count(skipped) };
    },
  }));
}

interface ScriptRun {
  args: string[];
  env: NodeJS.ProcessEnv;
  read(report: Record<string, unknown>): Tally;
}

/** A runner that fails without a failed test, or writes no report, counts as one failure. */
async function runScript(root: string, script: string, prepare: (report: string) => ScriptRun): Promise<Tally> {
  const manifest = join(root, 'grafana-app/package.json');
  if (!existsSync(manifest) || !JSON.parse(readFileSync(manifest, 'utf8')).scripts?.[script]) return emptyTally();
  const folder = mkdtempSync(join(tmpdir(), 'cnapp-report-'));
  const report = join(folder, 'report.json');
  const { args, env, read } = prepare(report);
  let tally = emptyTally();
  try {
    const command = ['run', '--silent', script, '-w', 'grafana-app', '--', ...args];
    const failure = await runCommand('npm', command, { cwd: root, env: { ...process.env, ...env } }).then(
      () => null,
      (error: Error) => error.message,
    );
    if (existsSync(report)) tally = read(JSON.parse(readFileSync(report, 'utf8')));
    if (failure !== null) {
      console.log(failure);
      tally.failed = Math.max(1, tally.failed);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  console.log(`${tally.failed > 0 ? 'FAIL' : 'ok  '} grafana-app ${script}: ${format(tally)}`);
  return tally;
}

function count(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
