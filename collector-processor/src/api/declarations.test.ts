import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Declaration } from '@cnapp-slo/model';
import { nowMs } from './fake-estate.ts';
import { startTestServer } from './test-server.ts';

async function post(body: object, query = ''): Promise<{ status: number; answer: unknown; declared: unknown[] }> {
  const declared: { declaration: Declaration; tenant: string }[] = [];
  const declarations = {
    declare: async (declaration: Declaration, tenant: string) => {
      declared.push({ declaration, tenant });
      return 'fact-1';
    },
  };
  await using server = await startTestServer({}, { declarations });
  const response = await fetch(`${server.url}/api/v1/incidents${query}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, answer: await response.json(), declared };
}

test('a declared incident is a fact with its actor', async () => {
  const { status, answer, declared } = await post(
    { incident_id: 'INC-7', step: 'declared', severity: 'S2', detected_by: 'outsider', actor: 'ana' },
    '?tenant=acme',
  );
  const at = new Date(nowMs).toISOString();
  assert.equal(status, 201);
  assert.deepEqual(answer, { fact_id: 'fact-1', incident_id: 'INC-7', step: 'declared', actor: 'ana', at });
  assert.deepEqual(declared, [
    {
      tenant: 'acme',
      declaration: {
        kind: 'incident',
        incidentId: 'INC-7',
        step: 'declared',
        actor: { id: 'ana', kind: 'human' },
        atMs: nowMs,
        severity: 'S2',
        detectedBy: 'outsider',
      },
    },
  ]);
});

const wrong: [string, object][] = [
  ['without an id', { step: 'declared' }],
  ['a step that is none', { incident_id: 'a', step: 'reopened' }],
  ['a severity that is none', { incident_id: 'a', step: 'declared', severity: 'P1' }],
  ['a time to come', { incident_id: 'a', step: 'declared', at: '2036-01-01T00:00:00Z' }],
  ['an unknown field', { incident_id: 'a', step: 'declared', weight: 3 }],
];
for (const [name, body] of wrong) {
  test(`${name} is refused with 400`, async () => {
    const { status, declared } = await post(body);
    assert.deepEqual([status, declared], [400, []]);
  });
}
