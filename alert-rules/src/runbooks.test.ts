import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { generate } from '../generate.ts';

const runbooks = join(import.meta.dirname, '../runbooks');

/** As GitHub names headings. */
const anchorsOf = (markdown: string): string[] =>
  [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );

test('every alert links to a runbook that exists', async () => {
  const files = [...(await generate())].filter(([path]) => path.includes('/prometheus/'));
  const rules = files.flatMap(([, content]) =>
    parse(content).groups.flatMap((group: { rules: object[] }) => group.rules),
  );
  const alerts = rules.filter(
    (rule): rule is { alert: string; annotations: { runbook_url?: string } } => 'alert' in rule,
  );
  assert.ok(alerts.length > 10);
  for (const { alert, annotations } of alerts) {
    const [file = '', anchor = ''] = (annotations.runbook_url ?? '').split('#');
    assert.ok(existsSync(join(runbooks, file)), `${alert}: ${annotations.runbook_url}`);
    assert.ok(anchorsOf(readFileSync(join(runbooks, file), 'utf8')).includes(anchor), `${alert}: #${anchor}`);
  }
});
