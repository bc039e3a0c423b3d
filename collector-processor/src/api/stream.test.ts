import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Transition } from '@cnapp-slo/model';
import { fakeEstate, fakeSlis } from './fake-readers.ts';
import { startTestServer, type TestServer } from './test-server.ts';

function transition(title: string, tenant = 'default', origin: 'live' | 'backfill' = 'live'): Transition {
  const asset = { id: 'arn:aws:s3:::exports', kind: 's3_bucket', provider: 'aws' as const };
  return {
    at: 'detected',
    atMs: Date.parse('2026-03-10T09:00:00Z'),
    episode: {
      id: 'f_1.1',
      findingId: 'f_1',
      seq: 1,
      tenant,
      state: 'open',
      trigger: 'asset_change',
      cohort: 'normal',
      origin,
      exercise: false,
      clocks: {},
      severity: 'critical',
      strictestSeverity: 'critical',
      detector: 'prowler',
      detectorClass: 'posture',
      rule: 'r',
      flaps: 0,
      durable: true,
      candidateChangeIds: [],
      suspensions: [],
      detectorSuppressed: false,
      lastFailMs: 0,
      lastSeenMs: 0,
      traceIds: [],
    },
    finding: {
      id: 'f_1',
      tenant,
      detector: 'prowler',
      detectorClass: 'posture',
      rule: 'r',
      title,
      asset,
      severity: 'critical',
      lastVerdict: 'fail',
      lastSeenMs: 0,
      links: [],
    },
    asset: undefined,
    change: undefined,
  };
}

/** Reads the stream until `enough` says so. */
async function listen(server: TestServer, enough: (text: string) => boolean, path = '/api/v1/stream'): Promise<string> {
  const response = await fetch(server.url + path, { signal: AbortSignal.timeout(20_000) });
  assert.equal(response.headers.get('content-type'), 'text/event-stream');
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString();
    if (enough(text)) return text;
  }
  return text;
}

async function until(condition: () => boolean): Promise<void> {
  const giveUpAt = Date.now() + 20_000;
  while (!condition()) {
    assert.ok(Date.now() < giveUpAt, 'waited 20 s in vain');
    await delay(5);
  }
}

test('a transition is an event with its type beside its data; a title cannot forge another', async () => {
  await using server = await startTestServer();
  const heard = listen(server, (text) => {
    if (text.startsWith('retry:') && !text.includes('event:')) {
      server.publish([transition('history', 'default', 'backfill'), transition('open\n\nevent: sli\ndata: {}')]);
    }
    return text.includes('\n\nevent:') && text.endsWith('\n\n');
  });
  const [, event = ''] = /(event: episode\ndata: .*\n\n)/.exec(await heard) ?? [];
  assert.deepEqual(JSON.parse(event.slice(event.indexOf('{'))), {
    at: '2026-03-10T09:00:00.000Z',
    episode_id: 'f_1.1',
    finding_id: 'f_1',
    transition: 'detected',
    title: 'open\n\nevent: sli\ndata: {}',
    severity: 'critical',
    asset_id: 'arn:aws:s3:::exports',
    team: 'unowned',
  });
  assert.equal((await heard).match(/event:/g)?.length, 2, 'one event, and its title');
});

test('another tenant’s transitions are not heard', async () => {
  await using server = await startTestServer();
  const heard = await listen(
    server,
    (text) => {
      if (!text.includes('event:')) server.publish([transition('theirs', 'acme'), transition('ours')]);
      return text.includes('event:');
    },
    '/api/v1/stream?tenant=default',
  );
  assert.doesNotMatch(heard, /theirs/);
});

test('an SLI that moves and a source that changes are told, others are not', async () => {
  const first = fakeSlis.list();
  let listed = 0;
  const slis = {
    ...fakeSlis,
    list: () => {
      const value = listed++ === 0 ? 100 : 200;
      return first.map((item) => (item.id === 'mttr' ? { ...item, value } : item));
    },
  };
  const sources = fakeEstate.sources();
  const estate = {
    ...fakeEstate,
    sources: () => sources.map((item, at) => (at === 0 && listed > 1 ? { ...item, status: 'silent' as const } : item)),
  };
  await using server = await startTestServer({ stream: { heartbeat_seconds: 0.05 } }, { slis, estate });
  const heard = await listen(server, (text) => text.includes('event: source'));
  const events = [...heard.matchAll(/event: (\w+)\ndata: (.*)\n/g)].map(([, type, data]) => [
    type,
    JSON.parse(data ?? '').id,
  ]);
  assert.deepEqual(events, [
    ['sli', 'mttr'],
    ['source', 'cloudtrail/111122223333'],
  ]);
  assert.match(heard, /: heartbeat\n\n/);
});

test('a client that does not read is dropped and counted; others go on', async () => {
  await using server = await startTestServer({ stream: { max_buffered_bytes: 64 * 1024 } });
  const { hostname, port } = new URL(server.url);
  const slow = connect(Number(port), hostname);
  slow.on('error', () => {});
  slow.pause();
  slow.write(`GET /api/v1/stream HTTP/1.1\r\nHost: ${hostname}\r\n\r\n`);
  const reader = listen(server, (text) => text.includes('"last"'));
  const big = transition('x'.repeat(20_000));
  await until(() => {
    server.publish([big]);
    return server.streamsEnded.includes('slow');
  });
  server.publish([transition('last')]);
  await reader;
  assert.equal(server.streamsEnded.filter((reason) => reason === 'slow').length, 1);
  slow.destroy();
});

test('more clients than allowed are told to come back', async () => {
  await using server = await startTestServer({ stream: { max_clients: 1 } });
  const leave = new AbortController();
  await fetch(`${server.url}/api/v1/stream`, { signal: leave.signal });
  const refused = await fetch(`${server.url}/api/v1/stream`);
  assert.deepEqual([refused.status, refused.headers.get('retry-after')], [503, '10']);
  leave.abort();
  await until(() => server.streamsEnded.length === 1);
  assert.deepEqual(server.streamsEnded, ['closed']);
});

test('stopping ends the streams and lets go of the feed', async () => {
  const server = await startTestServer();
  const connected = Promise.withResolvers<void>();
  const heard = listen(server, () => {
    connected.resolve();
    return false;
  });
  await connected.promise;
  await server[Symbol.asyncDispose]();
  await heard;
  assert.deepEqual(server.streamsEnded, ['stopping']);
  assert.equal(server.listeners(), 0);
});
