import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import { join } from 'node:path';
import { test } from 'node:test';
import type { IncidentJson, Page, SliReport } from '@cnapp-slo/model';
import { AT, BUCKET, bucketStory } from '../acceptance/bucket-story.ts';
import { startStandIn } from '../servers/http-stand-in.ts';
import { temporaryFolder, waitFor } from '../servers/process.ts';
import { type ProcessorServer, startProcessor } from '../servers/processor.ts';
import { notificationSettings, secretFile } from './setting.ts';

const baseMs = Math.floor((Date.now() - 2 * 3600_000) / 1000) * 1000;
const FIX = 4;
const HUB_SECRET = 'github-hook-secret';
const HREF = 'https://github.example/acme/infra/pull/7';
const hash = (token: string): string => createHash('sha256').update(token).digest('hex');

/** The bucket is declared in a repository of ours. */
const state = {
  version: 4,
  terraform_version: '1.9.8',
  serial: 1,
  lineage: '0b1d6f0a-0000-4000-8000-00000000feed',
  resources: [
    {
      mode: 'managed',
      type: 'aws_s3_bucket',
      name: 'invoices',
      provider: 'provider["registry.terraform.io/hashicorp/aws"]',
      instances: [
        { attributes: { arn: `arn:aws:s3:::${BUCKET}`, bucket: BUCKET, id: BUCKET, tags: { owner: 'payments' } } },
      ],
    },
  ],
};

interface Plan {
  state: string;
  reason: string | null;
  href: string | null;
  digest: string;
}

test('a fix is proposed and approved on the pages, survives a crash as one pull request, and counts as assisted once it is proven', async (t) => {
  const folder = temporaryFolder('fix');
  const pulls: { head: string }[] = [];
  let processor: ProcessorServer | undefined;
  const github = await startStandIn(({ method, path, json }) => {
    const of = `${method} ${path.replace('/repos/acme/infra', '').split('?')[0]}`;
    if (of === 'GET ') return { body: { default_branch: 'main' } };
    if (of.startsWith('GET /git/ref/')) return { body: { object: { sha: 'f00' } } };
    if (of === 'GET /pulls') return { body: pulls.map(() => ({ html_url: HREF, state: 'open' })) };
    if (of === 'POST /pulls') {
      pulls.push(json as { head: string });
      void processor?.stop('SIGKILL'); // it was made, and nobody learns of it
    }
    return { status: 201, body: { html_url: HREF } };
  });
  const approvers = await startStandIn(() => ({ status: 202 }));
  const told = () => approvers.calls.map(({ json }) => json as { type: string; data: { links: { href: string }[] } });
  const set = [
    ...notificationSettings({
      channels: { approvers: { kind: 'webhook', url: approvers.url, secret: secretFile(folder.path, 'sign', 's1') } },
      default_owner: { approval: ['approvers'] },
      public_url: 'https://slo.example',
      fixes: { endpoint: github.url, repositories: ['acme/infra'], token: secretFile(folder.path, 'token', 'ghs_1') },
      answers: { github: { secret: secretFile(folder.path, 'hook', HUB_SECRET) } },
    }),
    `api.tokens_file=${secretFile(folder.path, 'tokens', `${hash('t-ana')} ana * read,write\n${hash('t-boss')} boss * read,approve`).file}`,
  ];
  const storage = join(folder.path, 'cnapp.db');
  t.after(async () => {
    await processor?.stop();
    for (const server of [github, approvers]) await server.stop();
    folder.remove();
  });
  const as = (who: string) => ({ authorization: `Basic ${Buffer.from(`x:t-${who}`).toString('base64')}` });
  const call = (path: string, who: string, form?: Record<string, string>): Promise<Response> =>
    fetch(`http://${processor?.api}${path}`, {
      headers: as(who),
      redirect: 'manual',
      ...(form && { method: 'POST', body: new URLSearchParams(form) }),
    });
  const json = async <T>(path: string): Promise<T> => (await (await call(`/api/v1${path}`, 'ana')).json()) as T;
  const field = (html: string, name: string): string =>
    new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1] ?? '';

  processor = await startProcessor(storage, set);
  await processor.sendLogs([state], { 'vcs.repository.url.full': 'https://github.com/acme/infra' });
  await processor.sendLogs(bucketStory(baseMs).slice(0, FIX));
  const { items } = await json<Page<IncidentJson>>('/incidents');
  const incident = `/incidents/${items[0]?.id}`;
  const token = field(await (await call(incident, 'ana')).text(), 'token');
  const asked = await call(`${incident}/answers`, 'ana', { token, answer: 'propose_fix' });
  const plan = asked.headers.get('location') ?? '';
  assert.match(plan, /^\/plans\//);
  await waitFor('the approvers to be told', () => approvers.calls.length > 0);
  const [link] = told().flatMap(({ data }) => data.links);
  assert.equal(link?.href, `https://slo.example${plan}`);
  const page = await (await call(plan, 'boss')).text();
  assert.match(page, /aws_s3_bucket_public_access_block/);
  const form = { token: field(page, 'token'), digest: field(page, 'digest'), nonce: field(page, 'nonce') };
  await call(`${plan}/decision`, 'boss', { ...form, decision: 'approve' }).catch(() => {}); // dies with the processor
  await processor.process.exited;

  processor = await startProcessor(storage, set);
  const planNow = async (): Promise<Plan | undefined> => (await json<Page<Plan>>('/plans')).items[0];
  await waitFor('what was cut off to go on', async () => (await planNow())?.state === 'done');
  assert.equal((await planNow())?.href, HREF);
  assert.equal(pulls.length, 1, 'one pull request');
  await waitFor('the approvers to hear of the decision', () => approvers.calls.length > 1);
  assert.deepEqual(
    told().map(({ type }) => type.split('.').at(-1)),
    ['opened', 'resolved'],
  );

  const mergedMs = Math.ceil(Date.now() / 1000) * 1000;
  const merge = JSON.stringify({
    action: 'closed',
    pull_request: {
      merged: true,
      closed_at: new Date(mergedMs).toISOString(),
      head: { ref: pulls[0]?.head },
    },
    repository: { full_name: 'acme/infra' },
    sender: { login: 'bo', type: 'User' },
  });
  const hook = await fetch(`http://${processor.api}/hooks/github`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-hub-signature-256': `sha256=${createHmac('sha256', HUB_SECRET).update(merge).digest('hex')}`,
    },
    body: merge,
  });
  assert.deepEqual(await hook.json(), { code: 'recorded' });
  assert.equal((await planNow())?.reason, 'merged');
  // A second later the pipeline applies it, and then the scanner passes.
  const fix = bucketStory(mergedMs + 1000 - AT.fixed * 60_000)[FIX];
  const pass = bucketStory(mergedMs + 2000 - AT.verified * 60_000)[FIX + 1];
  assert.ok(fix && pass);
  await processor.sendLogs([fix, pass]);
  await waitFor('the proof to be in the past', () => Date.now() > mergedMs + 2000);
  const automation = await json<SliReport>('/slis/automation-rate');
  assert.deepEqual([automation.value, automation.good, automation.bad, automation.companions?.assisted], [0, 0, 1, 1]);
  const failures = await json<SliReport>('/slis/remediation-failures');
  assert.deepEqual([failures.good, failures.bad], [1, 0]);
  assert.equal(approvers.calls.length, 2, 'nothing more');
});
