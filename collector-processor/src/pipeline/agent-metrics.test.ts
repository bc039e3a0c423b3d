import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HeartbeatObservation } from '@cnapp-slo/model';
import { AgentMetrics } from './agent-metrics.ts';
import { Batch } from './batch.ts';
import { readMetricsJson } from './otlp/index.ts';

/** 10:03 of a day; the five minutes began at 10:00. */
const NOW = Date.parse('2026-10-01T10:03:00Z');
const GRID = Date.parse('2026-10-01T10:00:00Z');

interface Point {
  name: string;
  value: number;
  /** 1 delta, 2 cumulative. */
  temporality?: number;
}

function beatsOf(resources: readonly [Record<string, string>, readonly Point[]][]): HeartbeatObservation[] {
  const resourceMetrics = resources.map(([attributes, points]) => ({
    resource: { attributes: Object.entries(attributes).map(([key, stringValue]) => ({ key, value: { stringValue } })) },
    scopeMetrics: [
      {
        metrics: points.map(({ name, value, temporality }) => {
          const dataPoints = [{ asDouble: value, timeUnixNano: `${NOW}000000` }];
          const sum = { aggregationTemporality: temporality, isMonotonic: true, dataPoints };
          return temporality === undefined ? { name, gauge: { dataPoints } } : { name, sum };
        }),
      },
    ],
  }));
  const agents = new AgentMetrics(NOW);
  const bytes = new TextEncoder().encode(JSON.stringify({ resourceMetrics }));
  assert.equal(readMetricsJson(bytes, (point) => agents.see(point)).ok, true);
  const batch = new Batch(NOW, false);
  agents.flush(batch);
  return batch.facts.map(({ body }) => body as HeartbeatObservation);
}

const falco = { 'service.name': 'falco', 'k8s.node.name': 'n1' };
const beat = { kind: 'heartbeat', agent: 'falco', node: 'n1', atMs: GRID, intervalSeconds: 300 };

test('an agent’s metrics are one heartbeat for its node and five minutes', () => {
  const points = [
    { name: 'falco.cpu', value: 1 },
    { name: 'falco.memory', value: 2 },
  ];
  assert.deepEqual(beatsOf([[falco, points]]), [beat]);
});

test('what a delta says was lost is added up; a cumulative counter says nothing of now', () => {
  const lost = (temporality: number): Point[] => [
    { name: 'falco.drops', value: 3, temporality },
    { name: 'falco.events_lost', value: 4, temporality },
  ];
  assert.deepEqual(beatsOf([[falco, lost(1)]]), [{ ...beat, dropped: 7 }]);
  assert.deepEqual(beatsOf([[falco, lost(2)]]), [beat]);
});

test('services are no agents unless they are named as one, and without a node there is nobody to expect', () => {
  const point = [{ name: 'up', value: 1 }];
  const named = { 'service.name': 'edge', 'cnapp.agent': 'sensor', 'host.name': 'h1' };
  assert.deepEqual(
    beatsOf([
      [{ 'service.name': 'cart', 'k8s.node.name': 'n1' }, point],
      [{ 'service.name': 'falco' }, point],
      [named, point],
    ]),
    [{ ...beat, agent: 'sensor', node: 'h1' }],
  );
});
