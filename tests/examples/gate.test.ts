import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { parse } from 'yaml';
import { detection } from '../alerts/detections.ts';
import { freePort, temporaryFolder, waitFor } from '../servers/process.ts';
import { type ProcessorServer, startProcessor } from '../servers/processor.ts';

const root = join(import.meta.dirname, '../..');
const example = (path: string) => parse(readFileSync(join(root, 'examples/gate', path), 'utf8'));

interface Action {
  inputs: Record<string, { default?: string }>;
  runs: { steps: { name?: string; run?: string; env?: Record<string, string> }[] };
}
interface Job {
  variables: Record<string, string>;
  script: string[];
  allow_failure: { exit_codes: number };
}

let processor: ProcessorServer;
before(async () => {
  processor = await startProcessor();
  // 10 of 20 late: a budget of one event in twenty is used up ten times over.
  await processor.sendLogs(Array.from({ length: 20 }, (_, i) => detection(i < 10)).flat());
  const isKnown = async () => ((await processor.get('/api/v1/slis/mttd-config')) as { bad: number }).bad === 10;
  await waitFor('the misses to be known', isKnown);
});
after(() => processor.stop());

async function bash(script: string, env: Record<string, string>, flags: string[]) {
  const child = spawn('bash', [...flags, '-c', script], { cwd: root, env: { PATH: process.env.PATH, ...env } });
  const [out, err, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((done) => child.once('close', done)),
  ]);
  return { code, out: out + err };
}

/** The gate step as a runner would run it, with its inputs in place. */
async function runAction(inputs: Record<string, string>) {
  const action = example('github-action/action.yml') as Action;
  const step = action.runs.steps.find(({ name }) => name === 'Gate');
  const folder = temporaryFolder('gate-action');
  const filled = Object.entries(step?.env ?? {}).map(([name, value]) => {
    const input = /^\$\{\{ inputs\.([\w-]+) \}\}$/.exec(value)?.[1] ?? '';
    return [name, inputs[input] ?? action.inputs[input]?.default ?? ''];
  });
  const files = { GITHUB_OUTPUT: join(folder.path, 'output'), GITHUB_STEP_SUMMARY: join(folder.path, 'summary') };
  const path = { GITHUB_ACTION_PATH: join(root, 'examples/gate/github-action') };
  const ran = await bash(step?.run ?? 'exit 99', { ...Object.fromEntries(filled), ...files, ...path }, [
    '--noprofile',
    '--norc',
    '-eo',
    'pipefail',
  ]);
  const output = readFileSync(files.GITHUB_OUTPUT, 'utf8');
  folder.remove();
  return { ...ran, output };
}

test('the GitHub Action blocks on an empty budget, and lets a rollback pass with a warning', async () => {
  const url = `http://${processor.api}`;
  const blocked = await runAction({ url, service: 'shop', 'change-kind': 'deploy' });
  assert.deepEqual([blocked.code, blocked.output], [1, 'decision=block\n'], blocked.out);
  assert.match(blocked.out, /mttd-config: the error budget is used up/);
  assert.match(blocked.out, /::error title=Release gate::block: /);
  const rollback = await runAction({ url, 'change-kind': 'rollback' });
  assert.deepEqual([rollback.code, rollback.output], [0, 'decision=warn\n'], rollback.out);
  assert.match(rollback.out, /::warning title=Release gate::warn: /);
});

test('the GitHub Action warns or fails when nobody answers, as it was told', async () => {
  const url = `http://127.0.0.1:${await freePort()}`;
  const lenient = await runAction({ url });
  assert.deepEqual([lenient.code, lenient.output], [0, 'decision=unknown\n'], lenient.out);
  const strict = await runAction({ url, 'when-unreachable': 'fail' });
  assert.equal(strict.code, 1, strict.out);
});

test('what an input holds is never a part of the script', async () => {
  const evil = await runAction({
    url: `http://${processor.api}`,
    service: '"; touch /tmp/owned; echo "',
    'change-kind': '$(exit 0)',
  });
  assert.equal(evil.code, 1, evil.out);
  const { runs } = example('github-action/action.yml') as Action;
  assert.ok(runs.steps.every(({ run = '' }) => !run.includes('${{')));
});

test('the GitLab job fails on block, passes on a security fix, and only warns when nobody answers', async () => {
  const job = (example('gitlab-ci.yml') as { 'release-gate': Job })['release-gate'];
  const run = (more: Record<string, string>) =>
    bash(
      job.script.join('\n'),
      { ...job.variables, CNAPP_HOME: root, CNAPP_SERVICE: 'shop', CNAPP_ENVIRONMENT: '', ...more },
      ['-e'],
    );
  const url = `http://${processor.api}`;
  assert.equal((await run({ CNAPP_URL: url })).code, 1);
  assert.equal((await run({ CNAPP_URL: url, CNAPP_CHANGE_KIND: 'security_fix' })).code, 0);
  const silent = await run({ CNAPP_URL: `http://127.0.0.1:${await freePort()}` });
  assert.equal(silent.code, job.allow_failure.exit_codes, silent.out);
});
