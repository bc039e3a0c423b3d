import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freePort } from './process.ts';
import { startPrometheus, waitForSamples } from './prometheus.ts';
import { requirePart } from './require-part.ts';

const part = requirePart('prometheus');

const rules = (value: number) => `groups: [{ name: g, rules: [{ record: "test:answer", expr: "vector(${value})" }] }]`;

test('a Prometheus scrapes, evaluates rules and reloads them', { skip: part.skip }, async () => {
  const unused = `127.0.0.1:${await freePort()}`;
  const server = await startPrometheus({ targets: { nothing: [unused] }, rules: { 'a.yml': rules(42) } });
  try {
    const itself = server.url.slice('http://'.length);
    assert.equal((await waitForSamples(server, 'up{job="nothing"}'))[0]?.value[1], '0');
    assert.equal((await waitForSamples(server, 'test:answer'))[0]?.value[1], '42');

    await server.reload({ targets: { itself: [itself] }, rules: { 'a.yml': rules(43) } });
    assert.equal((await waitForSamples(server, 'up{job="itself"} == 1'))[0]?.metric.instance, itself);
    assert.equal((await waitForSamples(server, 'test:answer == 43'))[0]?.value[1], '43');
    await assert.rejects(server.query('not promql'), /parse error/);
    await assert.rejects(server.reload({ rules: { 'a.yml': 'groups: 1' } }), /refused the configuration/);
  } finally {
    await server.stop();
  }
  await assert.rejects(fetch(server.url));
});
