/**
 * The rules in a real Grafana, 12.3 or later: `GRAFANA_URL=http://127.0.0.1:3000 node --test tests/alerts/grafana-rules.test.ts`. It is one
 * that `npm run grafana -w grafana-app` started, with admin:admin, in front of a Prometheus that scrapes a processor.
 */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { compile, DEFAULT_OPTIONS, grafanaApiRequest } from '@cnapp-slo/alert-rules';
import { productSlos } from '@cnapp-slo/alert-rules/generate';
import { parse } from 'yaml';
import { waitFor } from '../servers/process.ts';
import { startProcessor } from '../servers/processor.ts';
import { startPrometheus, waitForSamples } from '../servers/prometheus.ts';
import { requirePart } from '../servers/require-part.ts';
import { detection } from './detections.ts';

const grafana = process.env.GRAFANA_URL;
const skip = grafana ? false : 'GRAFANA_URL names no Grafana';
const generated = join(import.meta.dirname, '../../alert-rules/generated/grafana');
/** Groups are evaluated once a minute, spread over it. */
const PATIENCE_MS = 150_000;

interface Rule {
  uid: string;
  state: string;
  health: string;
  lastError?: string;
  lastEvaluation: string;
  alerts?: { annotations: Record<string, string> }[];
}

async function api<T>(method: string, path: string, body?: object): Promise<T> {
  const authorization = `Basic ${Buffer.from('admin:admin').toString('base64')}`;
  const response = await fetch(`${grafana}${path}`, {
    method,
    headers: { authorization, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`);
  return (text === '' ? null : JSON.parse(text)) as T;
}

async function evaluated(): Promise<Map<string, Rule>> {
  const { data } = await api<{ data: { groups: { rules: Rule[] }[] } }>('GET', '/api/prometheus/grafana/api/v1/rules');
  const rules = data.groups.flatMap((group) => group.rules);
  return new Map(rules.filter((rule) => Date.parse(rule.lastEvaluation) > 0).map((rule) => [rule.uid, rule]));
}

/** Those in error, or with a text that could not be expanded: what is wrong, by uid. */
function faulty(rules: Iterable<Rule>): string[] {
  return [...rules].flatMap(({ uid, health, lastError, alerts = [] }) => {
    const texts = alerts.flatMap(({ annotations }) => Object.values(annotations)).filter((text) => text.includes('{{'));
    return health === 'error' || lastError || texts.length > 0 ? [`${uid} ${health} ${lastError} ${texts.join()}`] : [];
  });
}

test('every provisioned rule is loaded, and evaluates without error', { skip }, async () => {
  const files = globSync('*.yaml', { cwd: generated }).map((name) => readFileSync(join(generated, name), 'utf8'));
  const wanted = files.flatMap((text) =>
    (parse(text) as { groups: { rules: { uid: string }[] }[] }).groups.flatMap(({ rules }) =>
      rules.map(({ uid }) => uid),
    ),
  );
  const loaded = await api<{ uid: string; provenance: string }[]>('GET', '/api/v1/provisioning/alert-rules');
  const fromFiles = loaded.filter(({ provenance }) => provenance === 'file').map(({ uid }) => uid);
  assert.deepEqual(fromFiles.filter((uid) => wanted.includes(uid)).toSorted(), wanted.toSorted());
  const isComplete = async () => {
    const seen = await evaluated();
    return wanted.every((uid) => seen.has(uid));
  };
  await waitFor(`${wanted.length} rules to be evaluated`, isComplete, PATIENCE_MS);
  const seen = await evaluated();
  assert.deepEqual(faulty(wanted.flatMap((uid) => seen.get(uid) ?? [])), []);
});

test('rules that the API installed page on a burst that chance cannot explain', {
  skip: skip || requirePart('prometheus').skip,
}, async () => {
  const product = (await productSlos()).find(({ id }) => id === 'mttd-config');
  assert.ok(product);
  const slo = { ...product, id: 'probe-mttd' }; // uids of its own, beside the provisioned ones
  const uid = 'cnapp-rules-probe';
  const processor = await startProcessor();
  const prometheus = await startPrometheus({
    targets: { cnapp: [processor.metrics] },
    rules: {
      'probe.yaml': compile([slo], { ...DEFAULT_OPTIONS, evaluationMs: 1000 }).get('prometheus/probe-mttd.yaml') ?? '',
    },
  });
  const request = grafanaApiRequest(slo, uid, { ...DEFAULT_OPTIONS, datasourceUid: uid, evaluationMs: 10_000 });
  const ours = async () => [...(await evaluated()).values()].filter((rule) => rule.uid.startsWith('cnapp-probe-mttd-'));
  try {
    await api('POST', '/api/datasources', { name: uid, uid, type: 'prometheus', access: 'proxy', url: prometheus.url });
    await api('POST', '/api/folders', { uid, title: uid });
    await api(request.method, request.path, request.body);
    await waitFor('all of them', async () => (await ours()).length === request.body.rules.length, PATIENCE_MS);
    assert.deepEqual(faulty(await ours()), []);
    assert.deepEqual(new Set((await ours()).map(({ state }) => state)), new Set(['inactive']));

    await processor.sendLogs(Array.from({ length: 40 }, () => detection(false)).flat());
    await processor.sendLogs(Array.from({ length: 30 }, () => detection(true)).flat());
    await waitForSamples(prometheus, 'ALERTS{tier="page-rare",alertstate="firing"}', PATIENCE_MS);
    const firing = async () => (await ours()).filter(({ state }) => state === 'firing').map((rule) => rule.uid);
    await waitFor('Grafana to fire', async () => (await firing()).length > 0, PATIENCE_MS);
    assert.deepEqual(await firing(), ['cnapp-probe-mttd-page-rare']);
    assert.deepEqual(faulty(await ours()), []);
  } finally {
    await api('DELETE', request.path).catch(() => null);
    await api('DELETE', `/api/folders/${uid}?forceDeleteRules=true`).catch(() => null);
    await api('DELETE', `/api/datasources/uid/${uid}`).catch(() => null);
    await Promise.all([prometheus.stop(), processor.stop()]);
  }
});
