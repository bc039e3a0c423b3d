import type { SourceJson } from '@cnapp-slo/model';
import { sliSteps } from './sli-steps.ts';

const source = (records: number, recognised: number, rejects: Record<string, number>) =>
  ({ records, recognised, rejects }) as SourceJson;

test('from the records that came in to what decided, with what was lost on the way', () => {
  const steps = sliSteps(
    { excluded: { false_positive: 2, baseline: 5, duplicate: 0 } },
    { good: 30, bad: 3, excluded: 7, pending: 4 },
    [source(100, 90, { 'falco_json.schema': 2 }), source(50, 50, { 'falco_json.schema': 1, undecodable: 4 })],
  );
  expect(steps.map(({ name, count }) => [name, count])).toEqual([
    ['records', 150],
    ['recognised', 140],
    ['matched', 44],
    ['excluded', 7],
    ['pending', 4],
    ['decided', 33],
  ]);
  expect(steps[0]?.parts).toEqual([
    { reason: 'undecodable', count: 4 },
    { reason: 'falco_json.schema', count: 3 },
  ]);
  expect(steps[3]?.parts).toEqual([
    { reason: 'baseline', count: 5 },
    { reason: 'false_positive', count: 2 },
  ]);
});
