import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accepts, freePort, startProcess, waitFor } from './process.ts';

const script = (code: string) => ({ name: 'script', command: process.execPath, args: ['-e', code] });
const forever = 'setInterval(() => {}, 1000);';

test('a process is handed out when it is ready, with its output', async () => {
  const port = await freePort();
  const serve = `require('net').createServer().listen(${port}, '127.0.0.1', () => console.log('up'));`;
  const running = await startProcess({ ...script(serve), ready: () => accepts(port) });
  await waitFor('the output', () => running.output() === 'up\n');
  await running.stop();
  assert.equal(await accepts(port), false);
});

test('a process that ends before it is ready is an error with its output', async () => {
  const failing = startProcess({ ...script(`console.error('no such key'); process.exit(3);`), ready: () => false });
  await assert.rejects(failing, /script did not start: it ended\nno such key/);
});

test('a process that is not ready in time is ended', async () => {
  const started = performance.now();
  const slow = startProcess({ ...script(forever), ready: () => false, readyTimeoutMs: 300 });
  await assert.rejects(slow, /waited 300 ms in vain for script to be ready/);
  assert.ok(performance.now() - started < 10_000);
});

test('a command that does not exist is an error', async () => {
  await assert.rejects(startProcess({ name: 'x', command: '/nonexistent', args: [] }), /ENOENT/);
});

test('stopping twice is stopping once, and the exit code is kept', async () => {
  const running = await startProcess(script('setTimeout(() => process.exit(4), 1);'));
  assert.equal(await running.exited, 4);
  await running.stop();
  await running.stop('SIGKILL');
});
