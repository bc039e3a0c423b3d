#!/usr/bin/env node
// @ts-check
// `npx cnapp COMMAND`. Plain JavaScript, because whatever Node starts it: the commands themselves run on the Node 24 that npm installed.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { ALLOCATOR_ENV, NODE_FLAGS } from './node-flags.mjs';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const installed = fileURLToPath(new URL('../../node_modules/.bin/node', import.meta.url));
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const isNewEnough = major > 24 || (major === 24 && minor >= 12);

const child = spawn(
  !isNewEnough && existsSync(installed) ? installed : process.execPath,
  [...NODE_FLAGS, main, ...process.argv.slice(2)],
  {
    stdio: 'inherit',
    env: { ...ALLOCATOR_ENV, ...process.env },
  },
);
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.on(signal, () => child.kill(signal));
}
child.on('exit', (code, signal) => process.exit(code ?? 128 + (signal ? constants.signals[signal] : 0)));
