// node scripts/run.mjs LEVEL FILE ARGS… — sets up (levels: setup.mjs), then runs FILE on the installed Node 24 as if it had been called directly.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { node, root, setup } from './setup.mjs';

const [level, file = '', ...args] = process.argv.slice(2);
setup(level);

const child = spawn(node, [join(root, file), ...args], {
  stdio: 'inherit',
  env: { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH}` },
});
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.on(signal, () => child.kill(signal));
}
child.on('exit', (code, signal) => process.exit(code ?? 128 + (signal ? constants.signals[signal] : 0)));
