import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import { test } from 'node:test';
import type { EpisodeJson, FindingJson } from '@cnapp-slo/model';
import { bucketStory } from '../acceptance/bucket-story.ts';
import { startStandIn } from '../servers/http-stand-in.ts';
import { temporaryFolder, waitFor } from '../servers/process.ts';
import { type ProcessorServer, startProcessor } from '../servers/processor.ts';
import { incidentsOf, notificationSettings, secretFile } from './setting.ts';

const baseMs = Math.floor((Date.now() - 2 * 3600_000) / 1000) * 1000;
const FIX = 4;
const SIGNING_SECRET = 'slack-signing-secret';
const ANA = { name: 'ana@acme.example', teams: ['*'], slack: 'U_ANA', grafana: 'ana' };
const HUB_SECRET = 'github-hook-secret';

interface Message {
  ts?: string;
  blocks: { type: string; elements?: { action_id: string; value: string }[] }[];
}

async function episodeOf(processor: ProcessorServer, headers = {}): Promise<EpisodeJson> {
  const [incident] = await incidentsOf(processor, headers);
  const answer = await fetch(`http://${processor.api}/api/v1/findings/${incident?.episode_ids[0]}`, { headers });
  const finding = (await answer.json()) as FindingJson;
  return finding.episodes?.[0] as EpisodeJson;
}

function clickOn(
  processor: ProcessorServer,
  button: { action_id: string; value: string },
  atMs: number,
): Promise<Response> {
  const payload = {
    type: 'block_actions',
    user: { id: 'U_ANA' },
    actions: [{ ...button, action_ts: (atMs / 1000).toFixed(6) }],
  };
  const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = createHmac('sha256', SIGNING_SECRET).update(`v0:${timestamp}:${body}`).digest('hex');
  return fetch(`http://${processor.api}/hooks/slack`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${signature}`,
    },
    body,
  });
}

test('from message to verdict in Slack: each click is the person’s fact, exact, and the same as in Grafana', async (t) => {
  const folder = temporaryFolder('answers');
  const slack = await startStandIn(() => ({ body: { ok: true, channel: 'C1', ts: '1503435956.000247' } }));
  const set = notificationSettings({
    channels: {
      chat: {
        kind: 'slack',
        endpoint: slack.url,
        channel: 'C1',
        token: secretFile(folder.path, 'token', 'xoxb-1'),
        min_interval: '0s',
      },
    },
    default_owner: { page: ['chat'], ticket: ['chat'] },
    people: [ANA],
    answers: { slack: { secret: secretFile(folder.path, 'signing', SIGNING_SECRET) } },
  });
  const clicked = await startProcessor(undefined, set);
  const grafana = createHash('sha256').update('grafana-token').digest('hex');
  const called = await startProcessor(undefined, [
    ...notificationSettings({ people: [ANA] }),
    `api.tokens=${grafana} grafana * read,write,forward automation`,
  ]);
  const asGrafana = {
    authorization: 'Bearer grafana-token',
    'x-grafana-user': 'ana',
    'content-type': 'application/json',
  };
  t.after(async () => {
    await clicked.stop();
    await called.stop();
    await slack.stop();
    folder.remove();
  });
  for (const processor of [clicked, called]) await processor.sendLogs(bucketStory(baseMs).slice(0, FIX));
  await waitFor('the message', () => slack.calls.length > 0);
  await waitFor('the receipt', async () => (await incidentsOf(clicked))[0]?.alerted_at !== null);
  const posted = slack.calls[0]?.json as Message;
  const button = (id: string) =>
    posted.blocks.flatMap(({ elements = [] }) => elements).find(({ action_id }) => action_id === id) ?? {
      action_id: id,
      value: '',
    };

  const ackMs = Math.floor(Date.now() / 1000) * 1000;
  assert.equal((await clickOn(clicked, button('cnapp_acknowledge'), ackMs)).status, 200);
  const at = new Date(ackMs).toISOString();
  const inGrafana = await fetch(`http://${called.api}/api/v1/acknowledgements`, {
    method: 'POST',
    headers: asGrafana,
    body: JSON.stringify({ subject_id: (await incidentsOf(called, asGrafana))[0]?.id, actor: 'somebody else', at }),
  });
  assert.equal(inGrafana.status, 201);
  const [mine, theirs] = [(await episodeOf(clicked)).clocks.t_ack, (await episodeOf(called, asGrafana)).clocks.t_ack];
  assert.deepEqual([mine?.at, mine?.precision, mine?.actor], [at, 'exact', ANA.name]);
  assert.deepEqual([theirs?.at, theirs?.precision, theirs?.actor], [at, 'exact', ANA.name]);
  assert.deepEqual([mine?.source, theirs?.source], ['slack', 'api']);
  assert.equal((await episodeOf(clicked)).clocks.t_alert?.precision, 'exact');

  await waitFor('the message to show it', () => slack.calls.some(({ path }) => path === '/chat.update'));
  assert.equal(((slack.calls.at(-1)?.json ?? {}) as Partial<Message>).ts, '1503435956.000247');
  assert.equal((await clickOn(clicked, button('cnapp_verdict_fp'), ackMs + 1000)).status, 200);
  assert.equal((await episodeOf(clicked)).verdict, 'fp');
});

test('a ticket is opened once; closed by a person it is a claim, and the detector’s PASS closes it', async (t) => {
  const folder = temporaryFolder('tickets');
  const github = await startStandIn(({ method }) => ({ status: method === 'POST' ? 201 : 200, body: { number: 41 } }));
  const set = notificationSettings({
    channels: {
      issues: {
        kind: 'github_issues',
        endpoint: github.url,
        repository: 'acme/infra',
        token: secretFile(folder.path, 'token', 'ghs_1'),
        min_interval: '0s',
      },
    },
    default_owner: { ticket: ['issues'] },
    people: [{ name: 'ana@acme.example', teams: ['*'], github: 'ana' }],
    answers: { github: { secret: secretFile(folder.path, 'hook', HUB_SECRET) } },
  });
  const processor = await startProcessor(undefined, set);
  t.after(async () => {
    await processor.stop();
    await github.stop();
    folder.remove();
  });
  const high = bucketStory(baseMs).map((document) => ({
    ...document,
    ...('severity_id' in document && { severity_id: 4, severity: 'High' }),
  }));
  // The provider's own record of the fix stays out, so that the ticket is the only claim.
  const [fixed, proof] = [FIX, FIX + 1];
  await processor.sendLogs(high.slice(0, fixed));
  await waitFor('the ticket', () => github.calls.length > 0);
  await waitFor('the receipt', async () => (await incidentsOf(processor))[0]?.alerted_at !== null);
  const closedAt = new Date(baseMs + 60 * 60_000).toISOString();
  const raw = JSON.stringify({
    action: 'closed',
    issue: { number: 41, state_reason: 'completed', updated_at: closedAt, closed_at: closedAt },
    repository: { full_name: 'acme/infra' },
    sender: { login: 'ana', type: 'User' },
  });
  const digest = createHmac('sha256', HUB_SECRET).update(raw).digest('hex');
  const hook = await fetch(`http://${processor.api}/hooks/github`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${digest}` },
    body: raw,
  });
  assert.deepEqual(await hook.json(), { code: 'recorded' });
  const claimed = await episodeOf(processor);
  assert.equal(claimed.clocks.t_remediate?.at, closedAt);
  assert.equal(claimed.clocks.t_close, undefined);
  assert.notEqual(claimed.state, 'closed');
  await processor.sendLogs(high.slice(proof));
  await waitFor('the ticket to be closed', () => github.calls.some(({ method }) => method === 'PATCH'));
  assert.equal((await episodeOf(processor)).close_reason, 'remediated_verified');
  assert.deepEqual(
    github.calls.map(({ method, path }) => `${method} ${path}`),
    ['POST /repos/acme/infra/issues', 'POST /repos/acme/infra/issues/41/comments', 'PATCH /repos/acme/infra/issues/41'],
  );
});
