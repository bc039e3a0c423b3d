import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { ExplainPage } from '@cnapp-slo/model';
import { runCommand } from '../../scripts/run-command.ts';
import { temporaryFolder } from '../servers/process.ts';
import { startProcessor } from '../servers/processor.ts';

const root = join(import.meta.dirname, '../..');
const example = join(root, 'examples/bucket-story');
const EXAMPLE_DAY = '2026-10-05';
const DAY_MS = 86_400_000;

test('the example gives what its README says, by the commands that stand there', async (t) => {
  const readme = readFileSync(join(example, 'README.md'), 'utf8');
  const commands = [...readme.matchAll(/^npx cnapp (.+)$/gm)].map(([, rest = '']) => rest);
  assert.deepEqual(commands, [
    'import examples/bucket-story',
    'explain mttd-config --window 400d',
    'explain mttr --window 400d',
  ]);
  const folder = temporaryFolder('example');
  t.after(folder.remove);
  copyTo(folder.path);
  const processor = await startProcessor();
  t.after(() => processor.stop());
  const cnapp = (command: string, ...more: string[]): Promise<string> => {
    const args = command.replace('examples/bucket-story', folder.path).split(' ');
    const url = `http://${processor.api}`;
    return runCommand(process.execPath, ['collector-processor/src/main.ts', ...args, '--url', url, ...more], {
      cwd: root,
    });
  };
  const [load = '', mttd = '', mttr = ''] = commands;
  assert.match(await cnapp(load), /cloudtrail\.json +4 +0/);
  const detected = JSON.parse(await cnapp(mttd, '--json')) as ExplainPage;
  // 09:12:40 → 09:30:05 is 1,045 s, and 08:00:05 → 09:30:05 is 5,400 s.
  const rolesAndSeconds = detected.items.map(({ role, duration_seconds }) => [role, duration_seconds]);
  assert.deepEqual(rolesAndSeconds, [
    ['bad', 5400],
    ['good', 1045],
  ]);
  assert.equal(detected.sli.value, (5400 + 1045) / 2);
  const fixed = JSON.parse(await cnapp(mttr, '--json')) as ExplainPage;
  // Nobody was alerted, so from the detection: 09:30:05 → 11:15:05 is 6,300 s. The port is still open.
  assert.equal(fixed.sli.value, 6300);
  assert.deepEqual([fixed.counts.good, fixed.sli.open], [1, 1]);
  for (const figure of ['17 min 25 s', '1 h 30 min', '53 min 43 s', '1 h 45 min'])
    assert.ok(readme.includes(figure), figure);
});

/** The example's files as if its day were the day before yesterday: windows end now, and the test is to hold for years. */
function copyTo(folder: string): void {
  const days = Math.floor(Date.now() / DAY_MS) - 2 - Date.parse(EXAMPLE_DAY) / DAY_MS;
  const day = new Date(Date.parse(EXAMPLE_DAY) + days * DAY_MS).toISOString().slice(0, 10);
  for (const name of readdirSync(example).filter((file) => file.endsWith('.json'))) {
    const text = readFileSync(join(example, name), 'utf8');
    const moved = text
      .replaceAll(EXAMPLE_DAY, day)
      .replaceAll(/"(time|created_time)": (\d+)/g, (_, key, seconds) => `"${key}": ${Number(seconds) + days * 86_400}`);
    writeFileSync(join(folder, name), moved);
  }
}
