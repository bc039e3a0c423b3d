/** Everything that holds without running the product: types, lint and format, import directions, generated files. */
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runCommand } from './run-command.ts';
import { emptyTally, type Tally } from './testing/tally.ts';

const root = dirname(import.meta.dirname);

const checks: { name: string; command: string; args: string[] }[] = [
  { name: 'types', command: 'tsc', args: ['-p', 'tsconfig.json'] },
  {
    name: 'types of grafana-app',
    command: 'npm',
    args: ['run', '--silent', '--if-present', 'typecheck', '-w', 'grafana-app'],
  },
  { name: 'lint and format', command: 'biome', args: ['check', '--error-on-warnings', '--max-diagnostics=200', '.'] },
  { name: 'generated files', command: 'node', args: ['scripts/generate.ts', '--check'] },
  { name: 'architecture', command: 'node', args: ['--test', 'tests/architecture.test.ts'] },
];

/** Each check counts as one test. */
export async function runChecks(options: { architecture: boolean }): Promise<Tally> {
  const tally = emptyTally();
  const wanted = checks.filter(({ name }) => name !== 'architecture' || options.architecture);
  const env = { ...process.env, PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}` };
  for (const { name, command, args } of wanted) {
    try {
      await runCommand(command, args, { cwd: root, env });
      tally.passed += 1;
      console.log(`ok   ${name}`);
    } catch (error) {
      tally.failed += 1;
      console.log(`FAIL ${name}\n${error instanceof Error ? error.message : error}`);
    }
  }
  return tally;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { failed } = await runChecks({ architecture: true });
  process.exitCode = failed > 0 ? 1 : 0;
}
