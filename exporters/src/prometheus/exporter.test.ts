import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { Counter, Registry } from 'prom-client';
import { startPrometheus, waitForSamples } from '../../../tests/servers/prometheus.ts';
import { requirePart } from '../../../tests/servers/require-part.ts';
import { clockAt, episode, type PushFeed, START_MS, transition } from '../samples.ts';
import { PrometheusExporter, parsePrometheusConfig } from './exporter.ts';
import { source, sourcesOf } from './test-sources.ts';

const promtool = requirePart('promtool');
const prometheus = requirePart('prometheus');

async function served<T>(
  use: (url: string, feed: PushFeed) => Promise<T>,
  config: Record<string, unknown> = {},
  sources = sourcesOf(),
): Promise<T> {
  const exporter = new PrometheusExporter(parsePrometheusConfig({ endpoint: '127.0.0.1:0', ...config }), sources);
  await exporter.start();
  try {
    return await use(`http://${exporter.address}/metrics`, sources.feed);
  } finally {
    await exporter.stop();
    await exporter.stop();
  }
}

/** `name{labels}` → value, of either text format. */
async function samplesOf(url: string, accept = 'text/plain'): Promise<Map<string, number>> {
  const page = await (await fetch(url, { headers: { accept } })).text();
  const lines = page.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const [sample = ''] = line.split(' # ');
      const space = sample.lastIndexOf(' ');
      return [sample.slice(0, space), Number(sample.slice(space + 1))];
    }),
  );
}

const OPEN_METRICS = 'application/openmetrics-text;version=1.0.0';

test('what is unknown is absent, what is known has its value', () =>
  served(async (url) => {
    const samples = await samplesOf(url);
    assert.equal(samples.get('cnapp_sli_value{sli="mttd-config",view="official"}'), 1200);
    assert.equal(samples.get('cnapp_sli_value{sli="mttd-config",view="ratio"}'), 0.75);
    assert.equal(samples.get('cnapp_sli_value{sli="mttd-config",view="source_lag"}'), 300);
    assert.equal(samples.get('cnapp_sli_burn_rate{sli="mttd-config",window="6h"}'), 5);
    assert.equal(samples.get('cnapp_sli_budget_remaining{sli="mttd-config"}'), -4);
    assert.equal(samples.get('cnapp_open_findings{tenant="acme",severity="critical",detector_class="posture"}'), 5);
    for (const absent of [
      'cnapp_sli_value{sli="mttd-config",view="rmst"}',
      'cnapp_sli_burn_rate{sli="mttd-config",window="1h"}',
      'cnapp_sli_value{sli="mttr",view="official"}',
      'cnapp_sli_coverage{sli="mttr"}',
      'cnapp_sli_budget_remaining{sli="mttr"}',
    ]) {
      assert.equal(samples.has(absent), false, absent);
    }
  }));

test('every SLI always has each status, exactly one of them 1', () =>
  served(async (url) => {
    const samples = [...(await samplesOf(url))].filter(([key]) => key.startsWith('cnapp_sli_status{sli="mttr"'));
    assert.equal(samples.length, 5);
    assert.deepEqual(
      samples.filter(([, value]) => value === 1),
      [['cnapp_sli_status{sli="mttr",status="no_data"}', 1]],
    );
  }));

test('SLO events start at 0 for every tenant, SLI and outcome, and add up what the store counted', () =>
  served(async (url) => {
    const samples = await samplesOf(url);
    assert.equal(samples.get('cnapp_slo_events_total{tenant="acme",sli="mttr",outcome="good"}'), 0);
    assert.equal(samples.get('cnapp_slo_events_total{tenant="acme",sli="mttd-config",outcome="good"}'), 0);
    assert.equal(samples.get('cnapp_slo_events_total{tenant="acme",sli="mttd-config",outcome="bad"}'), 4);
    assert.equal(samples.get('cnapp_sli_restatement{sli="mttd-config"}'), 1);
    // Ten minutes after the only event: outside 5m, inside 30m.
    assert.equal(samples.get('cnapp_sli_window_events{tenant="acme",sli="mttd-config",outcome="bad",window="5m"}'), 0);
    assert.equal(samples.get('cnapp_sli_window_events{tenant="acme",sli="mttd-config",outcome="bad",window="30m"}'), 1);
    assert.equal([...samples.keys()].filter((key) => key.startsWith('cnapp_sli_window_events')).length, 2 * 2 * 12);
  }));

test('causes are there from 0, CUSUMs with their threshold, and misses only where somebody missed', () =>
  served(async (url) => {
    const samples = await samplesOf(url);
    const causes = (outcome: string, window: string) =>
      samples.get(`cnapp_sli_window_causes{tenant="acme",sli="mttr",outcome="${outcome}",window="${window}"}`);
    assert.deepEqual([causes('bad', '1h'), causes('bad', '5m'), causes('good', '28d')], [2, 0, 0]);
    assert.equal(samples.get('cnapp_slo_cusum{tenant="acme",sli="mttr"}'), 3.5);
    assert.equal(samples.get('cnapp_slo_cusum_threshold{tenant="acme",sli="mttr"}'), 7);
    const page = await (await fetch(url)).text();
    assert.match(page, /^cnapp_slo_cusum_threshold\{tenant="acme",sli="alert-noise"\} \+Inf$/m);
    const reset = 'cnapp_slo_cusum_last_reset_timestamp_seconds';
    assert.equal(samples.get(`${reset}{tenant="acme",sli="mttr"}`), START_MS / 1000);
    assert.equal(samples.has(`${reset}{tenant="acme",sli="alert-noise"}`), false);
    // Ten minutes after the start, an hour reaches back beyond it by fifty minutes only.
    const misses = (window: string) =>
      samples.get(`cnapp_sli_bad_events{tenant="acme",sli="mttr",team="payments",window="${window}"}`);
    assert.deepEqual([misses('1h'), misses('6h'), misses('7d')], [undefined, 4, 4]);
  }));

test('overrides are counted, and a maintenance window says when it ends', () =>
  served(async (url) => {
    const samples = await samplesOf(url);
    assert.equal(samples.get('cnapp_gate_overrides_total{tenant="acme"}'), 2);
    const ends = 'cnapp_maintenance_end_timestamp_seconds';
    assert.equal(samples.get(`${ends}{tenant="acme",sli="mttr"}`), START_MS / 1000);
    assert.equal(samples.has(`${ends}{tenant="acme",sli="mttd-config"}`), false);
  }));

test('both text formats give the same samples, in any order of scrapes', async () => {
  const own = new Registry();
  const commits = new Counter({ name: 'cnapp_commits_total', help: 'commits', registers: [own] });
  commits.inc(3);
  await served(
    async (url) => {
      const before = await samplesOf(url);
      assert.equal(before.get('cnapp_commits_total'), 3);
      assert.deepEqual(await samplesOf(url, OPEN_METRICS), before);
      assert.deepEqual(await samplesOf(url), before);
    },
    {},
    sourcesOf({ registries: [own] }),
  );
});

test('an episode that M1 counts is observed once, cut into segments, with its id as exemplar', () =>
  served(async (url, feed) => {
    // Change at 0, audit event received after 300 s, FAIL after 1200 s: the total of golden vector 16.
    const clocks = { t_change: clockAt(0), t_observable: clockAt(300), t_detect: clockAt(1200) };
    feed.push(transition('detected', episode({ t_detect: clockAt(1200) }))); // the change is not known yet
    feed.push(transition('restated', episode(clocks)), transition('restated', episode(clocks)));
    feed.push(transition('detected', episode(clocks, { id: 'f_backfill.1', origin: 'backfill' })));
    feed.push(transition('detected', episode(clocks, { id: 'f_baseline.1', trigger: 'baseline' })));
    const samples = await samplesOf(url);
    const of = (what: string, segment: string) =>
      samples.get(
        `cnapp_episode_duration_seconds_${what}{sli="mttd-config",segment="${segment}",severity="critical"}`,
      ) ?? null;
    assert.deepEqual([of('count', 'total'), of('sum', 'total')], [1, 1200]);
    assert.deepEqual([of('count', 'source_lag'), of('sum', 'source_lag')], [1, 300]);
    assert.deepEqual([of('count', 'pipeline_lag'), of('sum', 'pipeline_lag')], [1, 900]);
    const page = await (await fetch(url, { headers: { accept: OPEN_METRICS } })).text();
    assert.match(
      page,
      /le="1800",sli="mttd-config",segment="total",severity="critical"} 1 # {episode_id="f_0a1b2c.1"}/,
    );
  }));

test('a fix is observed from the alert, an open episode not at all', () =>
  served(async (url, feed) => {
    const open = { t_detect: clockAt(0), t_alert: clockAt(60) };
    feed.push(transition('alerted', episode(open)));
    const closed = {
      ...open,
      t_ack: clockAt(360),
      t_triage: clockAt(600),
      t_remediate: clockAt(3600),
      t_verify: clockAt(7260),
    };
    const fixed = { ...closed, t_close: clockAt(7260) };
    feed.push(transition('closed', episode(fixed, { state: 'closed', closeReason: 'remediated_verified' })));
    const samples = await samplesOf(url);
    const sums = ['total', 'route', 'acknowledge', 'triage', 'act', 'verify'].map((segment) =>
      samples.get(`cnapp_episode_duration_seconds_sum{sli="mttr",segment="${segment}",severity="critical"}`),
    );
    assert.deepEqual(sums, [7200, 60, 300, 240, 3000, 3660]);
  }));

test('what exceeds the tenant limit is folded into other and counted', () => {
  const many = Array.from({ length: 120 }, (_, i) => source(`cloudtrail/${i}`, '2026-03-02T09:00:00Z', 1));
  const first = source('cloudtrail/last', '2026-03-01T00:00:00Z', 5);
  return served(
    async (url) => {
      const samples = await samplesOf(url);
      // 100 allowed, of which 4 SLO event, 2 cause, 2 CUSUM, 1 team and 2 open findings series: 89 sources are shown, 31 + 1 are not.
      const other = 'tenant="acme",source="other",format="cloudtrail"';
      assert.equal(samples.get(`cnapp_source_records_total{${other}}`), 31 + 5);
      assert.equal(samples.get(`cnapp_source_bytes_total{${other}}`), 100 * (31 + 5));
      const silentSince = Date.parse('2026-03-01T00:00:00Z') / 1000;
      assert.equal(samples.get(`cnapp_source_last_received_timestamp_seconds{${other}}`), silentSince);
      assert.equal(samples.get(`cnapp_source_interval_seconds{${other}}`), 86_400);
      assert.equal(samples.get('cnapp_series_overflow_total{tenant="acme"}'), 32);
      assert.equal(samples.get('cnapp_source_rejects_total{format="cloudtrail",code="cloudtrail.schema"}'), 242);
    },
    { series_per_tenant: 100 },
    sourcesOf({ estate: { sources: () => [...many, first] } }),
  );
});

test('only GET and HEAD of /metrics are answered, and only with the token', () =>
  served(
    async (url) => {
      const authorization = 'Bearer 0123456789abcdef';
      assert.equal((await fetch(url)).status, 401);
      assert.equal((await fetch(url, { headers: { authorization: `${authorization}0` } })).status, 401);
      assert.equal((await fetch(url, { headers: { authorization } })).status, 200);
      assert.equal((await fetch(url, { headers: { authorization }, method: 'POST' })).status, 405);
      assert.equal((await fetch(url.replace('/metrics', '/'), { headers: { authorization } })).status, 404);
      const head = await fetch(url, { headers: { authorization }, method: 'HEAD' });
      assert.equal(await head.text(), '');
    },
    { bearer_token: '0123456789abcdef' },
  ));

test('a reader that throws answers 500, and the next scrape works', () => {
  let broken = true;
  const estate = {
    sources: () => {
      if (broken) throw new Error('store closed');
      return [];
    },
  };
  return served(
    async (url) => {
      const failed = await fetch(url);
      assert.equal(failed.status, 500);
      assert.match(await failed.text(), /store closed/);
      broken = false;
      assert.equal((await fetch(url)).status, 200);
    },
    {},
    sourcesOf({ estate }),
  );
});

const openssl = spawnSync('openssl', ['version']).status === 0;
test('with a certificate it speaks TLS', { skip: openssl ? false : 'openssl is not on the PATH' }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cnapp-tls-'));
  const [cert_file, key_file] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const args = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1`;
  execFileSync('openssl', [...args.split(' '), '-keyout', key_file, '-out', cert_file], { stdio: 'ignore' });
  try {
    await served(
      async (url) => {
        const body = await new Promise<string>((resolve, reject) => {
          const options = { ca: readFileSync(cert_file), agent: false as const };
          request(url.replace('http:', 'https:'), options, (response) => resolve(text(response)))
            .on('error', reject)
            .end();
        });
        assert.match(body, /cnapp_sli_value/);
      },
      { tls: { cert_file, key_file } },
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('promtool finds nothing wrong with the page', { skip: promtool.skip }, () =>
  served(async (url) => {
    const input = await (await fetch(url)).text();
    const { stdout, stderr, status } = spawnSync(promtool.path, ['check', 'metrics'], { input, encoding: 'utf8' });
    assert.deepEqual({ stdout, stderr, status }, { stdout: '', stderr: '', status: 0 });
  }),
);

test('a real Prometheus scrapes it', { skip: prometheus.skip }, () =>
  served(async (url, feed) => {
    const clocks = { t_change: clockAt(0), t_detect: clockAt(1200) };
    feed.push(transition('detected', episode(clocks)));
    const server = await startPrometheus({ targets: { cnapp: [new URL(url).host] } });
    try {
      assert.equal((await waitForSamples(server, 'up{job="cnapp"} == 1'))[0]?.value[1], '1');
      const bad = 'cnapp_slo_events_total{tenant="acme",sli="mttd-config",outcome="bad"}';
      assert.equal((await waitForSamples(server, bad))[0]?.value[1], '4');
      const count = 'cnapp_episode_duration_seconds_count{sli="mttd-config",segment="total",severity="critical"}';
      assert.equal((await waitForSamples(server, count))[0]?.value[1], '1');
    } finally {
      await server.stop();
    }
  }),
);

test('a wrong configuration is refused by the name of its key', () => {
  assert.throws(() => parsePrometheusConfig({ endpoint: 'nowhere' }), /^Error: metrics\.endpoint: must be host:port$/);
  assert.throws(() => parsePrometheusConfig({ bearer_token: 'short' }), /metrics\.bearer_token: /);
  assert.throws(() => parsePrometheusConfig({ tls: { cert_file: 'a' } }), /metrics\.tls\.key_file: /);
  assert.throws(() => parsePrometheusConfig({ port: 1 }), /^Error: metrics\.port: unknown key$/);
  assert.deepEqual(parsePrometheusConfig(undefined), {
    endpoint: { host: '127.0.0.1', port: 9464 },
    series_per_tenant: 10_000,
  });
});
