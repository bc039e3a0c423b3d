import assert from 'node:assert/strict';
import { test } from 'node:test';
import { format } from '../rational.ts';
import { readSlos } from '../read.ts';

const spec = (more = '') => `
version: prometheus/v1
service: shop
labels: { owner: web, tier: '2' }
slos:
  - name: requests
    objective: 99.9
    sli:
      events:
        error_query: sum(rate(errors[{{.window}}]))
        total_query: sum(rate(requests[{{.window}}]))
    alerting:
      name: ShopErrors
      labels: { category: availability }
      page_alert: { labels: { severity: pageteam } }
      ticket_alert: { disable: true }
${more}`;

const read = (text: string) => readSlos([{ path: 'sloth.yaml', text }]);

test('a Sloth spec keeps its percentages, names, labels and switched-off alerts', () => {
  const { slos, problems } = read(spec());
  assert.deepEqual(problems, []);
  const [slo] = slos;
  assert.ok(slo);
  assert.equal(slo.id, 'shop-requests');
  assert.equal(format(slo.objective), '0.999');
  assert.equal(slo.alertName, 'ShopErrors');
  assert.deepEqual(slo.labels, { owner: 'web', tier: '2', category: 'availability' });
  assert.deepEqual(
    slo.tiers.map(({ id, op, labels }) => [id, op, labels.severity]),
    [
      ['page-fast', 'gt', 'pageteam'],
      ['page-slow', 'gt', 'pageteam'],
    ],
  );
});

test('plugins are refused by name', () => {
  const { slos, problems } = read(spec("slo_plugins: { chain: [{ id: 'sloth.dev/contrib/info_labels/v1' }] }"));
  assert.deepEqual(slos, []);
  assert.match(problems[0]?.message ?? '', /sloth\.dev\/contrib\/info_labels\/v1/);
});

test('a name that would leave the output folder is refused', () => {
  const { slos, problems } = read(spec().replace('service: shop', 'service: ../../shop'));
  assert.deepEqual(slos, []);
  assert.equal(problems[0]?.code, 'sloth.name');
});

test('a query without a window is refused at its line', () => {
  const { problems } = read(spec().replace('rate(errors[{{.window}}])', 'rate(errors[5m])'));
  assert.deepEqual(
    problems.map(({ code, line }) => [code, line]),
    [['sloth.query', 10]],
  );
});

test("the Kubernetes resource is the same in camel case, and prometheus/v1's spelling is unknown there", () => {
  const resource = `
apiVersion: sloth.slok.dev/v1
kind: PrometheusServiceLevel
metadata: { name: shop }
spec:
  service: shop
  slos:
    - name: requests
      objective: 99
      sli: { raw: { errorRatioQuery: 'avg_over_time(errors[{{.window}}])' } }
      alerting: { page_alert: {} }`;
  const { problems } = read(resource);
  assert.deepEqual(
    problems.map(({ code, path }) => [code, path]),
    [['input.unknown_field', 'spec.slos[0].alerting.page_alert']],
  );
  assert.equal(read(resource.replace('page_alert', 'pageAlert')).slos[0]?.sli.kind, 'ratio');
});
