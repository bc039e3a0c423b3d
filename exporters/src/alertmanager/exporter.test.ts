import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { test } from 'node:test';
import type { EpisodeJson, FindingJson, IncidentJson } from '@cnapp-slo/model';
import { startAlertmanager } from '../../../tests/servers/alertmanager.ts';
import { freePort, waitFor } from '../../../tests/servers/process.ts';
import { requirePart } from '../../../tests/servers/require-part.ts';
import { clockAt, episode, PushFeed, recordingSettings, transition } from '../samples.ts';
import { alertOf } from './alert.ts';
import { AlertmanagerExporter, parseAlertmanagerConfig } from './exporter.ts';
import { parseAlertmanagerWebhook } from './webhook.ts';

const alertmanager = requirePart('alertmanager');

const change = {
  id: 'evt-1',
  kind: 'api',
  action: 'aws:s3:PutBucketPolicy',
  title: 'PutBucketPolicy by ci-deploy',
  at: '2026-03-02T09:00:00Z',
  actor: 'ci-deploy',
  actor_kind: 'automation',
  outcome: 'success',
  asset_ids: ['arn:aws:s3:::acme-invoices'],
  repository: null,
  revision: null,
  pipeline_url: null,
  links: [],
};

function incident(changes: Partial<IncidentJson> = {}): IncidentJson {
  return {
    id: 'inc_1',
    tenant: 'default',
    title: 'S3 bucket is public',
    severity: 'critical',
    state: 'firing',
    team: 'payments',
    started_at: '2026-03-02T09:20:00.000Z',
    alerted_at: null,
    acknowledged_at: null,
    resolved_at: null,
    episode_ids: ['f_0a1b2c.1'],
    asset_ids: ['arn:aws:s3:::acme-invoices'],
    workloads: [],
    digests: [],
    confidence: null,
    members: [],
    ...changes,
  };
}

/** An estate of incidents that a test changes; every episode is of `origin`. */
function estateOf(incidents: IncidentJson[], origin: 'live' | 'backfill' = 'live') {
  return {
    incidents: ({ state }: { state?: string }) => ({
      items: incidents.filter((known) => known.state === state),
      next_cursor: null,
    }),
    incident: (id: string) => incidents.find((known) => known.id === id) ?? null,
    finding: (id: string): FindingJson => {
      const one: EpisodeJson = {
        id,
        finding_id: 'f_0a1b2c',
        seq: 1,
        state: 'open',
        close_reason: null,
        trigger: 'asset_change',
        cohort: 'normal',
        origin,
        severity: 'critical',
        clocks: {},
        flaps: 0,
        durable: true,
        verdict: null,
        segments: [],
        deadline_at: null,
        change,
        candidate_change_ids: [],
        fix_change: null,
        incident_id: 'inc_1',
        trace_ids: [],
      };
      return {
        id: 'f_0a1b2c',
        tenant: 'acme',
        detector: 'prowler',
        detector_class: 'posture',
        rule: 's3_bucket_public_access',
        title: 'S3 bucket is public',
        severity: 'critical',
        state: 'open',
        asset_id: 'arn:aws:s3:::acme-invoices',
        asset_name: null,
        asset_kind: 's3_bucket',
        team: 'payments',
        environment: null,
        criticality: 'c0',
        provider: 'aws',
        account: null,
        discriminator: null,
        first_detected_at: null,
        last_seen_at: '2026-03-02T09:20:00Z',
        open_seconds: null,
        labels: [],
        controls: {},
        episodes: [one],
      };
    },
  };
}

function exporterOf(incidents: IncidentJson[], raw: Record<string, unknown>, origin: 'live' | 'backfill' = 'live') {
  const settings = recordingSettings();
  const feed = new PushFeed();
  const config = parseAlertmanagerConfig({ public_url: 'https://slo.example/', ...raw });
  assert.ok(config);
  const sources = { estate: estateOf(incidents, origin), feed, nowMs: Date.now };
  return { exporter: new AlertmanagerExporter(config, sources, settings), feed, settings };
}

interface WebhookCall {
  status: string;
  alerts: { labels: Record<string, string>; annotations: Record<string, string>; generatorURL: string }[];
}

/** A webhook that records what an Alertmanager calls it with. */
async function recordingWebhook() {
  const calls: WebhookCall[] = [];
  const server = createServer(async (request, response) => {
    calls.push((await json(request)) as WebhookCall);
    response.end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { calls, url: `http://127.0.0.1:${port}/`, close: () => server.close() };
}

test('the webhook of a real Alertmanager names the incident while it fires, and its end sets nothing', {
  skip: alertmanager.skip,
}, async () => {
  const webhook = await recordingWebhook();
  const server = await startAlertmanager({ webhook: webhook.url });
  const incidents = [incident()];
  const away = `http://127.0.0.1:${await freePort()}`;
  const { exporter, feed, settings } = exporterOf(incidents, { endpoints: [server.url, away] });
  try {
    const before = Date.now();
    await exporter.start();
    await waitFor('the firing webhook', () => webhook.calls.length > 0);
    const [call] = webhook.calls;
    const alert = call?.alerts[0];
    assert.deepEqual(alert?.labels, {
      alertname: 'CnappIncident',
      cnapp_incident: 'inc_1',
      severity: 'critical',
      owner_team: 'payments',
    });
    assert.equal(alert?.annotations.change, 'PutBucketPolicy by ci-deploy (evt-1)');
    assert.equal(alert?.generatorURL, 'https://slo.example/incidents/inc_1');
    const [input] = parseAlertmanagerWebhook(call).inputs;
    assert.equal(input?.subjectId, 'inc_1');
    assert.ok(input && input.atMs >= before && input.atMs <= Date.now(), 'the start is when the alert was first sent');
    assert.ok((settings.counts.get('retried unreachable') ?? 0) > 0, 'the Alertmanager that is away is tried again');

    incidents[0] = incident({ state: 'resolved', resolved_at: new Date().toISOString() });
    feed.push(transition('closed', episode({ t_detect: clockAt(0) })));
    await waitFor('the resolved webhook', () => webhook.calls.some((known) => known.status === 'resolved'));
    const resolved = webhook.calls.find((known) => known.status === 'resolved');
    assert.deepEqual(parseAlertmanagerWebhook(resolved), { inputs: [], rejections: [], ignored: 1 });
  } finally {
    await exporter.stop();
    await server.stop();
    webhook.close();
  }
});

/** An HTTP server that answers `POST /api/v2/alerts` with the given statuses, then 200, and records the bodies. */
async function alertsEndpoint(statuses: number[] = []) {
  const bodies: { labels: Record<string, string>; startsAt: string; endsAt: string }[][] = [];
  const authorizations: (string | undefined)[] = [];
  const server = createServer(async (request, response) => {
    bodies.push((await json(request)) as (typeof bodies)[number]);
    authorizations.push(request.headers.authorization);
    response.writeHead(statuses.shift() ?? 200).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { bodies, authorizations, url: `http://127.0.0.1:${port}`, close: () => server.close() };
}

test('open incidents are sent again every interval, and expire four intervals after the last time', async () => {
  const endpoint = await alertsEndpoint();
  const options = { endpoints: [endpoint.url], resend_interval: '50ms', authorization: 'Basic c2xvOmRlbW8=' };
  const { exporter } = exporterOf(
    [incident({ state: 'acknowledged', alerted_at: '2026-03-02T09:21:00.000Z' })],
    options,
  );
  try {
    const before = Date.now();
    await exporter.start();
    await waitFor('three repetitions', () => endpoint.bodies.length >= 3);
    const [first, , third] = endpoint.bodies.map((alerts) => alerts[0]);
    assert.deepEqual(third?.labels, first?.labels);
    assert.equal(first?.startsAt, '2026-03-02T09:21:00.000Z');
    assert.ok(Date.parse(first?.endsAt ?? '') >= before + 200);
    assert.ok((third?.endsAt ?? '') > (first?.endsAt ?? ''));
    assert.equal(endpoint.authorizations[0], 'Basic c2xvOmRlbW8=');
  } finally {
    await exporter.stop();
    endpoint.close();
  }
});

test('an alert whose labels change ends under its old labels', async () => {
  const endpoint = await alertsEndpoint();
  const incidents = [incident()];
  const { exporter, feed } = exporterOf(incidents, { endpoints: [endpoint.url] });
  try {
    await exporter.start();
    await waitFor('the first alert', () => endpoint.bodies.length === 1);
    incidents[0] = incident({ team: 'platform' });
    feed.push(transition('restated', episode({ t_detect: clockAt(0) })));
    await waitFor('the next alerts', () => endpoint.bodies.length === 2);
    const [old, current] = endpoint.bodies[1] ?? [];
    assert.equal(old?.labels.owner_team, 'payments');
    assert.ok(Date.parse(old?.endsAt ?? '') <= Date.now());
    assert.equal(current?.labels.owner_team, 'platform');
  } finally {
    await exporter.stop();
    endpoint.close();
  }
});

test('a busy Alertmanager is tried again, a refusal is counted and not', async () => {
  const endpoint = await alertsEndpoint([503, 400]);
  const { exporter, settings } = exporterOf([incident()], { endpoints: [endpoint.url] });
  try {
    await exporter.start();
    await waitFor('the refusal', () => settings.counts.has('dropped http_400'));
    assert.equal(settings.counts.get('retried http_503'), 1);
    assert.equal(settings.counts.get('dropped http_400'), 1);
    assert.equal(endpoint.bodies.length, 2);
  } finally {
    await exporter.stop();
    endpoint.close();
  }
});

test('imported history never pages', async () => {
  const endpoint = await alertsEndpoint();
  const { exporter } = exporterOf([incident()], { endpoints: [endpoint.url], resend_interval: '10ms' }, 'backfill');
  await exporter.start();
  await exporter.stop();
  endpoint.close();
  assert.deepEqual(endpoint.bodies, []);
});

test('a large incident names its first assets', () => {
  const asset_ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
  const config = { alertname: 'CnappIncident', labels: { env: 'prod' } };
  const alert = alertOf(incident({ asset_ids }), null, { startsMs: 0, endsMs: 1000 }, config);
  assert.equal(alert.annotations.asset, 'a, b, c, d, e and 2 more');
  assert.equal(alert.labels.env, 'prod');
  assert.equal('link' in alert.annotations, false);
});

test('without a section there is no exporter, and a wrong key is named', () => {
  assert.equal(parseAlertmanagerConfig(undefined), null);
  assert.throws(() => parseAlertmanagerConfig({}), /^Error: exporters\.alertmanager\.endpoints: /);
  assert.throws(() => parseAlertmanagerConfig({ endpoints: ['x'] }), /exporters\.alertmanager\.endpoints\.0: /);
  const labelled = { endpoints: ['http://x'], labels: { 'a-b': 'c' } };
  assert.throws(() => parseAlertmanagerConfig(labelled), /exporters\.alertmanager\.labels\.a-b: /);
});
