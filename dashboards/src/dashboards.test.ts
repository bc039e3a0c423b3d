import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { DASHBOARDS } from './index.ts';

interface Panel {
  id: number;
  type: string;
  title: string;
  gridPos: { x: number; y: number; w: number; h: number };
  targets?: { expr: string; datasource: { uid: string } }[];
}

/** What the exporter says that it exports, and what the processor declares of itself; histograms have their three series. */
const root = join(import.meta.dirname, '../..');
const declared = [
  'exporters/src/prometheus/README.md',
  ...globSync('collector-processor/src/**/*.ts', { cwd: root }).filter((path) => !path.includes('.test.')),
].flatMap((path) => [...readFileSync(join(root, path), 'utf8').matchAll(/['`](cnapp_[a-z_]+)/g)]);
const exported = new Set(declared.flatMap(([, name = '']) => [name, `${name}_sum`, `${name}_count`, `${name}_bucket`]));

/** A name that ends in `_` is the beginning of several. */
const beginnings = [...exported].filter((name) => name.endsWith('_'));
const isExported = (metric: string) => exported.has(metric) || beginnings.some((name) => metric.startsWith(name));

for (const [name, build] of Object.entries(DASHBOARDS)) {
  const dashboard = build();
  const panels = (dashboard.panels ?? []) as Panel[];

  test(`${name}: can be provisioned on every Grafana from 12.3 on`, () => {
    assert.equal(dashboard.schemaVersion, 42);
    assert.equal(dashboard.id, null);
    assert.equal(dashboard.uid, `cnapp-${name}`);
    assert.doesNotMatch(JSON.stringify(dashboard), /__inputs|DS_/);
  });

  test(`${name}: panels have ids of their own and do not overlap`, () => {
    assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length);
    const taken = new Map<string, string>();
    for (const { title, gridPos } of panels) {
      assert.ok(gridPos.x + gridPos.w <= 24, `${title} ends beyond the grid`);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          assert.equal(taken.get(`${x} ${y}`), undefined, `${title} overlaps`);
          taken.set(`${x} ${y}`, title);
        }
      }
    }
  });

  test(`${name}: asks the chosen Prometheus, and only for metrics that exist`, () => {
    const targets = panels.flatMap((panel) => panel.targets ?? []);
    assert.ok(targets.length > 0);
    for (const { expr, datasource } of targets) {
      assert.equal(datasource.uid, '$datasource', expr);
      for (const [metric] of expr.matchAll(/\bcnapp_[a-z_]+/g)) assert.ok(isExported(metric), `${metric} in ${expr}`);
    }
  });
}
