import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import type { DetectorClass } from '@cnapp-slo/model';

const folder = join(import.meta.dirname, '../../docs/runbooks');
const ofAlerts = join(folder, '../../alert-rules/runbooks');
const read = (name: string) => readFileSync(join(folder, name), 'utf8');

/** Complete by its type. */
const classes: Record<DetectorClass, true> = {
  posture: true,
  iac: true,
  identity_config: true,
  vulnerability: true,
  secret: true,
  sast: true,
  drift: true,
  runtime: true,
  identity: true,
};

test('every detector class has a runbook with its owner and when it was last tested', () => {
  for (const name of [...Object.keys(classes), 'notifications']) {
    assert.match(read(`${name}.md`), /^Owner: .+ · Last tested: (never|\d{4}-\d{2}-\d{2})/m, name);
  }
});

test('so does every alert’s, with the alerts that it is for', () => {
  for (const name of globSync('*.md', { cwd: ofAlerts })) {
    assert.match(
      readFileSync(join(ofAlerts, name), 'utf8'),
      /^Owner: .+ · Last tested: (never|\d{4}-\d{2}-\d{2})/m,
      name,
    );
  }
});

test('every alert has one, and the index leads to all of them', () => {
  const index = read('README.md');
  const links = [...index.matchAll(/\]\(([^)]+)\)/g)].map(([, href = '']) => href);
  for (const href of links) assert.ok(existsSync(join(folder, href)), href);
  const own = globSync('*.md', { cwd: folder }).filter((name) => name !== 'README.md');
  assert.deepEqual(
    own.filter((name) => !links.includes(name)),
    [],
  );
  const rules = globSync('**/*.{yaml,yml}', { cwd: join(folder, '../../alert-rules/generated') });
  const alerts = new Set(
    rules.flatMap((name) =>
      [...readFileSync(join(folder, '../../alert-rules/generated', name), 'utf8').matchAll(/alert: (\w+)/g)].map(
        ([, alert = '']) => alert,
      ),
    ),
  );
  assert.ok(alerts.size > 0, dirname(folder));
  assert.deepEqual(
    [...alerts].filter((alert) => !alert.endsWith('BurnRate') && !index.includes(`\`${alert}\``)),
    [],
  );
});
