import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Simulation } from '@cnapp-slo/model';

const root = join(import.meta.dirname, '../..');
const example = join(root, 'examples/sampling-tiers');

test('the example of sampling tiers says what its README says', () => {
  const main = join(root, 'collector-processor/src/main.ts');
  const files = [join(example, 'alerts.csv'), '--tiers', join(example, 'tiers.yaml')];
  const output = execFileSync(process.execPath, [
    main,
    'simulate',
    ...files,
    '--json',
    '--budget',
    '70%',
    '--whole',
    'T0,T1',
  ]);
  const { candidate, budget } = JSON.parse(output.toString()) as {
    candidate: Simulation;
    budget: { simulation: Simulation };
  };
  // Five lines in two host-minutes of T3, each kept with .02: 1 − .98².
  const shell = candidate.rules.find(({ rule }) => rule === 'R-Shell');
  assert.ok(Math.abs((shell?.recall ?? 0) - 0.0396) < 0.0001, String(shell?.recall));
  const { total, critical } = budget.simulation;
  assert.ok(Math.abs(total.kept_bytes / total.bytes - 0.7) < 0.001);
  assert.equal(critical.recall, 1);
});
