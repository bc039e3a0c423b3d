import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { nowMs } from './fake-estate.ts';
import { GrafanaIdentities } from './grafana-identity.ts';
import { startTestServer, type TestServer } from './test-server.ts';

const now = nowMs / 1000;
const sha256 = (token: string) => createHash('sha256').update(token).digest('hex');
const tokens = [
  `${sha256('t-grafana')} grafana * read,write,forward automation`,
  `${sha256('t-writer')} maria * read,write`,
].join('\n');

/** What Grafana 12.3 claims of an administrator, as its data source proxy sent it. */
const claims: JWTPayload = {
  aud: 'org:1',
  authenticatedBy: 'password',
  email: 'admin@localhost',
  exp: now + 600,
  iat: now,
  identifier: 'fg52rhxbhim8e',
  iss: 'http://127.0.0.1:3000/',
  name: 'Ana',
  namespace: 'default',
  role: 'Admin',
  sub: 'user:1',
  type: 'user',
  username: 'ana',
};

interface Key {
  kid: string;
  privateKey: CryptoKey;
  publicKey: CryptoKey;
}

async function newKey(kid: string): Promise<Key> {
  return { kid, ...(await generateKeyPair('ES256')) };
}

function sign({ kid, privateKey }: Key, changes: JWTPayload = {}): Promise<string> {
  return new SignJWT({ ...claims, ...changes }).setProtectedHeader({ alg: 'ES256', kid, typ: 'jwt' }).sign(privateKey);
}

/** Publishes keys where Grafana does. */
async function publish(...keys: Key[]) {
  const state = { keys, fetched: 0, isDown: false };
  const server = createServer(async ({ url }, response) => {
    state.fetched += 1;
    if (url !== '/api/signing-keys/keys' || state.isDown) return response.writeHead(503).end();
    const jwks = state.keys.map(async ({ kid, publicKey }) => ({ ...(await exportJWK(publicKey)), kid, use: 'sig' }));
    return response.end(JSON.stringify({ keys: await Promise.all(jwks) }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return Object.assign(state, { url, [Symbol.dispose]: () => server.close() });
}

async function acknowledge(server: TestServer, token: string | null, headers: Record<string, string>) {
  const response = await fetch(`${server.url}/api/v1/acknowledgements`, {
    method: 'POST',
    headers: { ...(token && { authorization: `Bearer ${token}` }), 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ subject_id: 'f_cve', actor: 'the-ceo' }),
  });
  const answer = (await response.json()) as { actor?: string; code?: string };
  return [response.status, answer.actor ?? answer.code];
}

test('the actor is whom Grafana has signed in, by its token', async () => {
  const key = await newKey('id-2026-11-es256');
  using grafana = await publish(key);
  await using server = await startTestServer({ tokens, grafana: { url: grafana.url } });
  const id = await sign(key);
  assert.deepEqual(await acknowledge(server, 't-grafana', { 'x-grafana-id': id }), [201, 'ana']);
  // What is not signed is not believed, and neither is a token that may not forward.
  assert.deepEqual(await acknowledge(server, 't-grafana', { 'x-grafana-user': 'the-ceo' }), [201, 'grafana']);
  assert.deepEqual(await acknowledge(server, 't-writer', { 'x-grafana-id': id }), [201, 'maria']);
  assert.deepEqual(await acknowledge(server, null, { 'x-grafana-id': id }), [401, 'unauthorized']);
  const robot = await sign(key, { type: 'service-account', username: 'sa-1-deploy', sub: 'service-account:7' });
  assert.deepEqual(await acknowledge(server, 't-grafana', { 'x-grafana-id': robot }), [201, 'sa-1-deploy']);
  const actors = server.recorded.map(({ input }) => 'actor' in input && `${input.actor.id} ${input.actor.kind}`);
  assert.deepEqual(actors, ['ana human', 'grafana automation', 'maria human', 'sa-1-deploy automation']);
});

test('without API tokens on this machine, the signed identity is the actor all the same', async () => {
  const key = await newKey('k');
  using grafana = await publish(key);
  await using server = await startTestServer({ grafana: { url: grafana.url } });
  assert.deepEqual(await acknowledge(server, null, { 'x-grafana-id': await sign(key) }), [201, 'ana']);
});

test('keys are fetched once; a new one is looked for, and the old one goes with its publication', async () => {
  const [october, november] = [await newKey('october'), await newKey('november')];
  using grafana = await publish(october);
  const identities = new GrafanaIdentities({ url: grafana.url, audience: ['org:1'] }, () => nowMs, 0);
  for (let i = 0; i < 5; i += 1) await identities.verify(await sign(october));
  assert.equal(grafana.fetched, 1);
  grafana.keys = [november];
  assert.equal((await identities.verify(await sign(november))).name, 'ana');
  assert.equal(grafana.fetched, 2);
  await assert.rejects(identities.verify(await sign(october)), { code: 'forwarded_identity' });
  // Somebody who invents key ids does not make us ask Grafana each time.
  const calm = new GrafanaIdentities({ url: grafana.url, audience: ['org:1'] }, () => nowMs);
  const before = grafana.fetched;
  for (let i = 0; i < 5; i += 1) await assert.rejects(calm.verify(await sign({ ...october, kid: `made-up-${i}` })));
  assert.equal(grafana.fetched - before, 1);
});

test('while the keys cannot be had nobody is refused for good', async () => {
  const key = await newKey('k');
  using grafana = await publish(key);
  grafana.isDown = true;
  await using server = await startTestServer({ tokens, grafana: { url: grafana.url } });
  const headers = { 'x-grafana-id': await sign(key) };
  assert.deepEqual(await acknowledge(server, 't-grafana', headers), [503, 'identity_unavailable']);
  grafana.isDown = false;
  assert.deepEqual(await acknowledge(server, 't-grafana', headers), [201, 'ana']);
});

test('what this Grafana has not signed for us, and for now, is refused', async () => {
  const [key, other] = [await newKey('k'), await newKey('k')];
  using grafana = await publish(key);
  const config = { url: grafana.url, issuer: 'http://127.0.0.1:3000/', audience: ['org:1', 'org:3'] };
  const identities = new GrafanaIdentities(config, () => nowMs);
  const secret = new TextEncoder().encode(JSON.stringify(await exportJWK(key.publicKey)));
  const hs256 = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: 'k' }).sign(secret);
  const body = Buffer.from(JSON.stringify(claims)).toString('base64url');
  const [header, , signature] = (await sign(key)).split('.');
  const ceo = Buffer.from(JSON.stringify({ ...claims, username: 'the-ceo' })).toString('base64url');
  const refused: [what: string, token: string][] = [
    ['another key', await sign(other)],
    ['another organisation', await sign(key, { aud: 'org:2' })],
    ['another Grafana', await sign(key, { iss: 'http://evil.example/' })],
    ['expired two minutes ago', await sign(key, { exp: now - 120 })],
    ['no expiry', await sign(key, { exp: undefined } as unknown as JWTPayload)],
    ['not valid yet', await sign(key, { nbf: now + 120 })],
    ['its public key as a secret', hs256],
    ['no signature', `${Buffer.from('{"alg":"none"}').toString('base64url')}.${body}.`],
    ['changed after signing', `${header}.${ceo}.${signature}`],
    ['no token at all', 'admin'],
    ['empty', ''],
  ];
  for (const [what, token] of refused)
    await assert.rejects(identities.verify(token), { code: 'forwarded_identity' }, what);
  for (const changes of [{ exp: now - 30 }, { iat: now + 30 }, { aud: 'org:3' }, { nbf: now + 30 }])
    assert.equal((await identities.verify(await sign(key, changes))).name, 'ana'); // clocks differ by up to a minute
});

const grafanaUrl = process.env.GRAFANA_URL;
const skip = grafanaUrl ? false : 'GRAFANA_URL names no Grafana';
test('a real Grafana’s data source proxy names who is signed in', { skip }, async (t) => {
  await using server = await startTestServer({ tokens, grafana: { url: grafanaUrl } }, { now: Date.now });
  const authorization = `Basic ${Buffer.from('admin:admin').toString('base64')}`;
  const headers = { authorization, 'content-type': 'application/json' };
  const uid = 'cnapp-identity-test';
  const created = await fetch(`${grafanaUrl}/api/datasources`, {
    method: 'POST',
    headers,
    body: JSON.stringify({
      name: uid,
      uid,
      type: 'graphite', // any whose proxy lets POST through
      access: 'proxy',
      url: server.url,
      jsonData: { httpHeaderName1: 'Authorization' },
      secureJsonData: { httpHeaderValue1: 'Bearer t-grafana' },
    }),
  });
  assert.ok(created.ok, await created.text());
  t.after(() => fetch(`${grafanaUrl}/api/datasources/uid/${uid}`, { method: 'DELETE', headers }));
  const answer = await fetch(`${grafanaUrl}/api/datasources/proxy/uid/${uid}/api/v1/acknowledgements`, {
    method: 'POST',
    headers: { ...headers, 'x-grafana-id': 'forged', 'x-grafana-user': 'the-ceo' },
    body: JSON.stringify({ subject_id: 'f_cve', actor: 'the-ceo' }),
  });
  assert.deepEqual([answer.status, ((await answer.json()) as { actor: string }).actor], [201, 'admin']);
});
