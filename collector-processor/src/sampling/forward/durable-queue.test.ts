import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { seeded } from '@cnapp-slo/model';
import { DurableQueue } from './durable-queue.ts';

const root = mkdtempSync(join(tmpdir(), 'queue-'));
after(() => rmSync(root, { recursive: true }));
let folders = 0;
const folder = (): string => {
  folders += 1;
  return join(root, String(folders));
};

async function drain(queue: DurableQueue): Promise<string[]> {
  const messages: string[] = [];
  for (let message = await queue.peek(); message; message = await queue.peek()) {
    messages.push(message.toString());
    queue.pop(message);
  }
  return messages;
}

const numbered = (count: number, from = 0) => Array.from({ length: count }, (_, i) => `message ${from + i}`);

test('first in, first out, across restarts; what was delivered does not come again', async () => {
  const path = folder();
  const first = new DurableQueue(path, 1e6);
  assert.deepEqual(await Promise.all(numbered(5).map((text) => first.append(Buffer.from(text)))), Array(5).fill(true));
  const oldest = await first.peek();
  assert.equal(oldest?.toString(), 'message 0');
  if (oldest) first.pop(oldest);
  await first.close();
  const second = new DurableQueue(path, 1e6);
  await second.append(Buffer.from('message 5'));
  assert.deepEqual(await drain(second), numbered(5, 1));
  assert.equal(second.bytes, 0);
  await second.close();
});

test('a full queue refuses, and takes again when there is room', async () => {
  const queue = new DurableQueue(folder(), 100);
  assert.equal(await queue.append(Buffer.alloc(80)), true);
  assert.equal(await queue.append(Buffer.alloc(80)), false);
  await drain(queue);
  assert.equal(await queue.append(Buffer.alloc(80)), true);
  await queue.close();
});

test('segments that were delivered are removed', async () => {
  const path = folder();
  const queue = new DurableQueue(path, 1e9);
  for (let i = 0; i < 9; i += 1) await queue.append(Buffer.alloc(4 * 1024 * 1024, i));
  assert.ok(readdirSync(path).filter((name) => name.endsWith('.q')).length >= 2);
  assert.equal((await drain(queue)).length, 9);
  await queue.append(Buffer.from('x'));
  assert.deepEqual(await drain(queue), ['x']);
  assert.equal(readdirSync(path).filter((name) => name.endsWith('.q')).length, 1);
  await queue.close();
});

test('a torn or overwritten end leaves the longest sound prefix', async () => {
  const random = seeded(1);
  for (let round = 0; round < 30; round += 1) {
    const path = folder();
    const queue = new DurableQueue(path, 1e6);
    for (const text of numbered(10)) await queue.append(Buffer.from(text));
    await queue.close();
    const file = join(path, '000000000001.q');
    const { size } = statSync(file);
    const cut = Math.floor(random() * size);
    truncateSync(file, cut);
    if (round % 2 === 0) appendFileSync(file, Buffer.alloc(20, 0xff));
    const again = new DurableQueue(path, 1e6);
    await again.append(Buffer.from('after'));
    const left = await drain(again);
    const whole = Math.floor(cut / (size / 10));
    assert.deepEqual(left, [...numbered(whole), 'after']);
    await again.close();
  }
});

test('kill -9 at any moment: every message whose append resolved is there', async () => {
  const path = folder();
  const script = `
    import { DurableQueue } from ${JSON.stringify(join(import.meta.dirname, 'durable-queue.ts'))};
    const queue = new DurableQueue(${JSON.stringify(path)}, 1e9);
    let next = Number(process.argv[1]);
    for (;;) {
      const batch = Array.from({ length: 7 }, () => next++);
      await Promise.all(batch.map(async (n) => {
        if (await queue.append(Buffer.from('message ' + n))) process.stdout.write(n + '\\n');
      }));
    }`;
  const acknowledged = new Set<string>();
  for (let round = 0; round < 5; round += 1) {
    const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script, String(round * 1e6)]);
    let told = '';
    child.stdout.on('data', (chunk: Buffer) => {
      told += chunk;
      if (told.length > 200 + round * 997) child.kill('SIGKILL');
    });
    await new Promise((ended) => child.on('close', ended));
    for (const line of told.split('\n').slice(0, -1)) acknowledged.add(`message ${line}`);
  }
  assert.ok(acknowledged.size > 100);
  const queue = new DurableQueue(path, 1e9);
  const found = new Set(await drain(queue));
  assert.deepEqual(
    [...acknowledged].filter((message) => !found.has(message)),
    [],
  );
  await queue.close();
});
