import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { ExplainPage } from '@cnapp-slo/model';
import { runCommand } from '../../scripts/run-command.ts';
import { startProcessor } from '../servers/processor.ts';
import { requirePart } from '../servers/require-part.ts';

const fixtures = requirePart('fixtures');

const root = join(import.meta.dirname, '../..');
const example = join(root, 'examples/bucket-story');

test('the example gives what its README says, by the commands that stand there', async (t) => {
  const readme = readFileSync(join(example, 'README.md'), 'utf8');
  const commands = [...readme.matchAll(/^npx cnapp (.+)$/gm)].map(([, rest = '']) => rest);
  assert.deepEqual(commands, [
    'import examples/bucket-story',
    'explain mttd-config --until 2026-10-05T11:15:05Z',
    'explain mttr --until 2026-10-13T00:00:00Z',
  ]);
  const processor = await startProcessor();
  t.after(() => processor.stop());
  const cnapp = (command: string, ...more: string[]): Promise<string> => {
    const args = command.split(' ');
    const url = `http://${processor.api}`;
    return runCommand(process.execPath, ['collector-processor/src/main.ts', ...args, '--url', url, ...more], {
      cwd: root,
    });
  };
  const [load = '', mttd = '', mttr = ''] = commands;
  const imported = await cnapp(load);
  assert.match(imported, /cloudtrail\.json +4 +0/);
  // It ends with the SLIs where the history ends: (5400 + 1045) / 2 s, one of two within the hour.
  assert.match(imported, /^mttd-config +54 min +50 % +1 +1 /m);
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

test('the CloudTrail and Prowler fixtures give explained values where their history ends', {
  skip: fixtures.skip,
}, async (t) => {
  const processor = await startProcessor();
  t.after(() => processor.stop());
  const cnapp = (...args: string[]): Promise<string> =>
    runCommand(process.execPath, ['collector-processor/src/main.ts', ...args, '--url', `http://${processor.api}`], {
      cwd: root,
    });
  const imported = await cnapp('import', join(fixtures.path, 'cloudtrail'), join(fixtures.path, 'prowler-ocsf'));
  const [, until = ''] = /explain SLI --until (\S+)/.exec(imported) ?? [];
  // The latest run of Prowler 5 among the fixtures says "time": 1739539658.
  assert.equal(Date.parse(until), 1_739_539_658_000);
  // Nothing in them has a link to its IaC.
  const { sli, items } = JSON.parse(
    await cnapp('explain', 'miscorrelation', '--until', until, '--json'),
  ) as ExplainPage;
  assert.deepEqual([sli.value, sli.good], [1, 0]);
  assert.ok(items.length > 0 && items.every(({ role, reason }) => role === 'bad' && reason === 'none'));
  // A first snapshot starts no clock: that there is no MTTD is said, with the reason.
  const detected = JSON.parse(await cnapp('explain', 'mttd-config', '--until', until, '--json')) as ExplainPage;
  assert.deepEqual([detected.sli.value, detected.sli.reason], [null, 'every episode of the window is excluded']);
  assert.ok(detected.items.every(({ reason }) => reason === 'baseline'));
});
