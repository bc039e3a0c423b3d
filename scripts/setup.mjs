// Installs what the commands need. Plain JavaScript, because it runs on Node 20 and brings Node 24 itself.
//
//   core      the root package, model, exporters and collector-processor: all that the demo and the processor need
//   packages  every workspace, with the Grafana set of 900 MB
//   full      those, and the real servers that the tests run against
//
// `npm run setup` is `full`, `npm run setup -- core` the small one; every other command sets itself up through run.mjs.
// Running it again costs a comparison of two lock files, and more than what is asked for is fine.
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isInstalled } from './lockfile.mjs';

/** Repository root. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The Node that npm installed: the scripts and the processor run on it, whatever Node started them. */
export const node = join(root, 'node_modules/.bin/node');

const coreWorkspaces = ['model', 'exporters', 'collector-processor'];
const oldestNode = { major: 24, minor: 12 };

/** @param {string | undefined} level One of the three; anything else ends the process. */
export function setup(level) {
  if (level === undefined || !['core', 'packages', 'full'].includes(level)) fail('the level is core, packages or full');
  const workspaces = level === 'core' ? coreWorkspaces : null;
  if (!isInstalled(root, workspaces)) installPackages(workspaces);
  if (!nodeIsUsable()) completeNode();
  if (level === 'full') run(node, [join(root, 'scripts/tools/install.ts')], root);
}

/** @param {readonly string[] | null} workspaces */
function installPackages(workspaces) {
  console.error(`Installing packages (${workspaces?.join(', ') ?? 'all workspaces'}) …`);
  const only = workspaces ? [...workspaces.flatMap((name) => ['-w', name]), '--include-workspace-root'] : [];
  run('npm', ['ci', '--no-audit', '--no-fund', ...only], root);
}

function nodeIsUsable() {
  if (!existsSync(node)) return false;
  const { stdout } = spawnSync(node, ['--version'], { encoding: 'utf8' });
  const [major = 0, minor = 0] = (stdout ?? '').replace(/^v/, '').split('.').map(Number);
  return major > oldestNode.major || (major === oldestNode.major && minor >= oldestNode.minor);
}

/** The `node` package fetches its binary in an install script. Where npm did not run that (scripts disabled), this does. */
function completeNode() {
  const folder = join(root, 'node_modules/node');
  run(process.execPath, ['installArchSpecificPackage.js'], folder);
  rmSync(node, { force: true });
  symlinkSync('../node/bin/node', node); // npm makes no link to what is not there yet
  if (!nodeIsUsable()) fail(`${node} is not Node ${oldestNode.major}.${oldestNode.minor} or newer`);
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {string} cwd
 */
function run(command, args, cwd) {
  // npm's own output goes to stderr: stdout belongs to the command that is set up, which may print JSON.
  const { status, error } = spawnSync(command, args, { cwd, stdio: ['ignore', process.stderr, process.stderr] });
  if (status === 0) return;
  fail(`${command} ${args.join(' ')}: ${error?.message ?? `exit code ${status}`}`);
}

/** @param {string} reason */
function fail(reason) {
  console.error(`set-up failed: ${reason}`);
  process.exit(1);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) setup(process.argv[2] ?? 'full');
