import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'yaml';
import { compile } from './compile.ts';
import { grafanaGroup, permanentUid } from './grafana.ts';
import { grafanaApiRequest } from './grafana-api.ts';
import { DEFAULT_OPTIONS } from './options.ts';
import { readSlos } from './read.ts';
import type { Slo } from './slo.ts';

function sloOf(metadata = ''): Slo {
  const metric = `{ metricSource: { type: Prometheus, spec: { query: e_total } } }`;
  const text = `
apiVersion: openslo/v1
kind: SLO
metadata: { name: web, displayName: 'Costs $5'${metadata} }
spec:
  service: shop
  indicator: { metadata: { name: web }, spec: { ratioMetric: { counter: true, bad: ${metric}, total: ${metric} } } }
  timeWindow: [{ duration: 30d, isRolling: true }]
  budgetingMethod: Occurrences
  objectives: [{ target: 0.99 }]`;
  const { slos, problems } = readSlos([{ path: 'web.yaml', text }]);
  assert.deepEqual(problems, []);
  assert.ok(slos[0]);
  return slos[0];
}

test('a rule asks Prometheus for both windows and joins them by mathematics', () => {
  const [rule] = grafanaGroup(sloOf(), DEFAULT_OPTIONS).rules;
  assert.deepEqual(
    rule?.data.map(({ refId, datasourceUid, model }) => [refId, datasourceUid, model.expr ?? model.expression]),
    [
      ['A', 'cnapp-prometheus', 'max by () (cnapp:slo_error:ratio_1h{slo="web"})'],
      ['B', 'cnapp-prometheus', 'max by () (cnapp:slo_error:ratio_5m{slo="web"})'],
      ['FIRES', '__expr__', '$A >= 0.144 && $B >= 0.144'],
    ],
  );
  assert.deepEqual(
    [rule?.condition, rule?.noDataState, rule?.execErrState, rule?.keepFiringFor],
    ['FIRES', 'OK', 'Error', '5m'],
  );
});

test('dollars are doubled in titles of files and single in the API', () => {
  assert.equal(grafanaGroup(sloOf(), DEFAULT_OPTIONS).rules[0]?.title, 'Costs $$5: page-fast');
  const { path, body } = grafanaApiRequest(sloOf(), 'folder-1', DEFAULT_OPTIONS);
  assert.equal(path, '/api/v1/provisioning/folder/folder-1/rule-groups/cnapp-slo-web');
  assert.equal(body.interval, 60);
  const { title, keep_firing_for, folderUID, ruleGroup, uid } = body.rules[0] ?? {};
  assert.deepEqual(
    [title, keep_firing_for, folderUID, ruleGroup, uid],
    ['Costs $5: page-fast', '5m', 'folder-1', 'cnapp-slo-web', 'cnapp-web-page-fast'],
  );
});

test('a title cannot break out into the template languages', () => {
  const slo = { ...sloOf(), title: 'Up {{ $labels.x }}' };
  assert.match(
    grafanaGroup(slo, DEFAULT_OPTIONS).rules[0]?.annotations.summary ?? '',
    /^Up {{ "{{" }} \$labels\.x }}: {{ with \$values\.A }}{{ humanize/,
  );
});

test('uids are permanent, at most 40 characters, and distinct for long names', () => {
  assert.equal(permanentUid('cnapp-mttr-page-fast'), 'cnapp-mttr-page-fast');
  const [a, b] = ['a', 'b'].map((end) => permanentUid(`cnapp-${'long-name-'.repeat(6)}${end}`));
  assert.equal(a?.length, 40);
  assert.notEqual(a, b);
  assert.equal(permanentUid('with space/and slash'), 'with-space-and-slash');
});

test('a measured SLO is evaluated by Prometheus, carries no severity that routes, and is not in Grafana', () => {
  const files = compile([sloOf(', annotations: { cnapp-slo.dev/mode: measure }')], DEFAULT_OPTIONS);
  const { groups } = parse(files.get('prometheus/web.yaml') ?? '');
  const alerts = groups[0].rules.filter((rule: { alert?: string }) => rule.alert !== undefined);
  assert.equal(alerts.length, 4);
  for (const { labels } of alerts) assert.deepEqual([labels.mode, labels.severity], ['measure', 'none']);
  assert.equal(files.has('grafana/web.yaml'), false);
});

test('the same SLOs give the same bytes, in any order', () => {
  const [a, b] = [sloOf(), { ...sloOf(), id: 'api' }];
  assert.deepEqual([...compile([a, b], DEFAULT_OPTIONS)], [...compile([b, a], DEFAULT_OPTIONS)]);
});
