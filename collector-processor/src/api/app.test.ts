import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { type App, createApp } from '../app.ts';
import { HOUR_MS, policyChange, scanVerdict } from '../cli/bucket-story.ts';

/** The routes over the real processor: the bucket story goes in, every answer has the shape that is described. */
const anyPort = { endpoint: '127.0.0.1:0' };
const changedMs = Date.now() - 2 * HOUR_MS;
let app: App;
let api: string;
const ajv = new Ajv2020({ strict: false, validateFormats: false });

before(async () => {
  app = await createApp({
    api: anyPort,
    metrics: anyPort,
    receivers: { otlp: { grpc: anyPort, http: anyPort } },
    storage: { path: ':memory:' },
  });
  await app.start();
  api = `http://${app.addresses.api}`;
  ajv.addSchema((await answer('/openapi.json')) as object, 'openapi');
  await take({ Records: [policyChange(changedMs)] });
  await take(scanVerdict(changedMs - HOUR_MS, 'PASS'));
  await take(scanVerdict(changedMs + HOUR_MS / 4, 'FAIL'));
});
after(() => app.stop());

async function take(document: unknown): Promise<void> {
  const bytes = Buffer.from(JSON.stringify(document));
  const result = await app.intake.accept({
    transport: 'import',
    encoding: 'native',
    signal: 'logs',
    bytes,
    receivedMs: Date.now(),
  });
  assert.equal(result.status, 'accepted');
}

async function answer(path: string): Promise<unknown> {
  const response = await fetch(api + path);
  assert.equal(response.status, 200, path);
  return response.json();
}

/** The answer, held against its schema. */
async function answerAs<T>(shape: string, path: string): Promise<T> {
  const body = await answer(`/api/v1${path}`);
  const validate = ajv.compile({ $ref: `openapi#/components/schemas/${shape}` });
  validate(body);
  assert.deepEqual(validate.errors ?? [], [], path);
  return body as T;
}

interface Items<T> {
  items: T[];
}

test('every list and every detail of it has its shape', async () => {
  const slis = await answerAs<Items<{ id: string }>>('SliReportPage', '/slis');
  assert.ok(slis.items.length >= 3);
  for (const { id } of slis.items) {
    await answerAs('SliReport', `/slis/${id}?window=7d&team=unowned`);
    await answerAs('ExplainPage', `/slis/${id}/explain`);
    const series = (await answer(`/api/v1/slis/${id}/series?window=7d&step=1d`)) as unknown[];
    assert.ok(series.length > 0);
    const validate = ajv.compile({ $ref: 'openapi#/components/schemas/SeriesPoint' });
    for (const point of series) assert.ok(validate(point), JSON.stringify(validate.errors));
  }
  const findings = await answerAs<Items<{ id: string; asset_id: string }>>('FindingPage', '/findings?state=open');
  assert.equal(findings.items.length, 1);
  for (const { id, asset_id } of findings.items) {
    await answerAs('Finding', `/findings/${id}`);
    await answerAs('Asset', `/assets/${encodeURIComponent(asset_id)}`);
  }
  await answerAs('AssetPage', '/assets');
  await answerAs('ChangePage', '/changes');
  const incidents = await answerAs<Items<{ id: string }>>('IncidentPage', '/incidents');
  for (const { id } of incidents.items) await answerAs('Incident', `/incidents/${id}`);
  await answerAs('SourcePage', '/sources');
  await answerAs('Gate', '/gate');
});

test('an acknowledgement appears on the finding, with its actor and time', async () => {
  const { items } = await answerAs<Items<{ id: string }>>('FindingPage', '/findings');
  const [{ id }] = items as [{ id: string }];
  const response = await fetch(`${api}/api/v1/acknowledgements`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ subject_id: id, actor: 'maria' }),
  });
  assert.equal(response.status, 201);
  const { at } = (await response.json()) as { at: string };
  const finding = await answerAs<{ episodes: { clocks: { t_ack?: { at: string; actor: string } } }[] }>(
    'Finding',
    `/findings/${id}`,
  );
  const acknowledged = finding.episodes.at(-1)?.clocks.t_ack;
  assert.deepEqual([acknowledged?.at, acknowledged?.actor], [at, 'maria']);
});

test('cursors of others are refused by the real readers too', async () => {
  for (const path of ['/findings', '/assets', '/changes', '/incidents', '/slis/mttr/explain']) {
    const response = await fetch(`${api}/api/v1${path}?cursor=forged`);
    assert.equal(((await response.json()) as { code: string }).code, 'invalid_cursor', path);
  }
});

test('the pages show the story', async () => {
  const { items } = await answerAs<Items<{ id: string }>>('FindingPage', '/findings');
  for (const path of ['/', '/slis/mttd-config', '/findings', `/findings/${items[0]?.id}`]) {
    const response = await fetch(api + path);
    assert.equal(response.status, 200);
    assert.match(await response.text(), /Bucket is public/);
  }
});
