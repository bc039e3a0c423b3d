import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import type { FindingJson, Page } from '@cnapp-slo/model';
import { bucketStory } from '../acceptance/bucket-story.ts';
import { temporaryFolder } from '../servers/process.ts';
import { startProcessor } from '../servers/processor.ts';
import { notificationSettings, secretFile } from './setting.ts';

const hash = (token: string): string => createHash('sha256').update(token).digest('hex');
const baseMs = Math.floor((Date.now() - 2 * 3600_000) / 1000) * 1000;

/** What a tier-1 run may be given: a token that reads. */
const READ = 'tier-1';

/** A POST because its question is long: it stores nothing. */
const COMPUTES = new Set(['/api/v1/sampling/simulations']);

test('a tier-1 credential reads everything that a message is made of, and writes nothing, whatever it tries', async (t) => {
  const folder = temporaryFolder('tier-one');
  const tokens = secretFile(
    folder.path,
    'tokens',
    `${hash(READ)} playbook * read automation\n${hash('ana')} ana * read,write,approve`,
  );
  const processor = await startProcessor(undefined, [
    ...notificationSettings({ answers: { slack: { secret: { env: 'PATH' } } } }),
    `api.tokens_file=${tokens.file}`,
  ]);
  t.after(async () => {
    await processor.stop();
    folder.remove();
  });
  await processor.sendLogs(bucketStory(baseMs).slice(0, 4));
  const call = (path: string, method = 'GET', headers: Record<string, string> = {}, body?: string): Promise<Response> =>
    fetch(`http://${processor.api}${path}`, {
      method,
      redirect: 'manual',
      headers: { authorization: `Bearer ${READ}`, ...headers },
      ...(body !== undefined && { body }),
    });
  const get = async <T>(path: string): Promise<T> => (await call(path)).json() as Promise<T>;
  const { items } = await get<Page<FindingJson>>('/api/v1/findings');
  const id = items[0]?.id ?? '';
  const incidents = await get<Page<{ id: string }>>('/api/v1/incidents');
  const incident = incidents.items[0]?.id ?? '';
  for (const path of [
    `/api/v1/findings/${id}`,
    `/api/v1/incidents/${incident}`,
    '/api/v1/assets',
    '/api/v1/slis/mttr',
  ]) {
    assert.equal((await call(path)).status, 200, path);
  }
  const before = await get(`/api/v1/findings/${id}`);
  const changes = await get('/api/v1/changes');

  const { paths } = await get<{ paths: Record<string, Record<string, unknown>> }>('/openapi.json');
  const writes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods)
      .filter((method) => method !== 'get' && !COMPUTES.has(path))
      .map((method) => ({ path: path.replace(/\{\w+\}/g, id), method: method.toUpperCase() })),
  );
  assert.ok(writes.length >= 8, 'there are ways to write');
  const json = { 'content-type': 'application/json' };
  const body = JSON.stringify({ subject_id: id, verdict: 'fp', action: 'contained', assignee: 'x', actor: 'ana' });
  for (const { path, method } of writes) {
    assert.equal((await call(path, method, json, body)).status, 403, `${method} ${path}`);
  }
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const basic = { authorization: `Basic ${Buffer.from(`x:${READ}`).toString('base64')}` };
  for (const path of [`/incidents/${incident}/answers`, `/findings/${id}/answers`, '/plans/p/decision']) {
    assert.equal((await call(path, 'POST', form, 'answer=fp&decision=approve')).status, 403, path);
    assert.equal((await call(path, 'POST', { ...form, ...basic }, 'answer=fp&decision=approve')).status, 403, path);
  }
  assert.equal((await call('/hooks/slack', 'POST', form, 'payload={}')).status, 401);
  for (const method of ['PUT', 'PATCH', 'DELETE']) {
    assert.equal((await call(`/api/v1/findings/${id}`, method, json, body)).status, 404, method);
  }
  const forged = { 'x-grafana-user': 'ana', 'x-http-method-override': 'POST' };
  assert.equal((await call('/api/v1/verdicts', 'POST', { ...json, ...forged }, body)).status, 403);

  const withoutClock = (finding: unknown) => ({ ...(finding as FindingJson), open_seconds: null });
  assert.deepEqual(withoutClock(await get(`/api/v1/findings/${id}`)), withoutClock(before));
  assert.deepEqual(await get('/api/v1/changes'), changes);
});
