import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { requirePart } from '../../../../tests/servers/require-part.ts';
import type { ParsedAnswer } from './answer.ts';
import { parseOpsgenie, parsePagerduty } from './pagers.ts';
import { parseGithub, parseJira } from './tickets.ts';

const fixtures = requirePart('fixtures');

/** What each real call says, read by hand from the file. */
const cases: [folder: string, parse: (raw: string) => ParsedAnswer, want: Record<string, string>][] = [
  [
    'notify-pagerduty-webhook',
    parsePagerduty,
    {
      'incident_acknowledged.json': 'PJ0LVEB acknowledge PQ1K5C8 2021-06-04T13:55:30.394Z',
      'incident_resolved.json': 'PJ0LVEB fixed PCPZE64 2021-06-04T13:16:53.816Z',
      'incident_reopened.json': 'PXRUEF2 reopen+release 07261e18031d41268a16c774c1892cae 2026-04-01T02:15:02.274Z',
      'incident_triggered.json': 'ignored',
    },
  ],
  [
    'notify-opsgenie-webhook',
    parseOpsgenie,
    {
      'acknowledge.json': 'fili@ifountain.com acknowledge aliastest 2015-01-05T10:03:44.764Z', // 1420452224764002246 ns
      'close.json': 'fili@ifountain.com fixed aliastest 2015-01-05T10:06:14.669Z',
      'create.json': 'ignored',
    },
  ],
  [
    'notify-github-issues',
    parseGithub,
    {
      'issues.labeled.json': 'ignored',
      'issues.opened.json': 'ignored',
      'issues.reopened.json': 'Codertocat reopen Codertocat/Hello-World#1 2021-10-11T16:40:56.000Z',
      'issues.transferred.json': 'ignored',
    },
  ],
  [
    'notify-jira-webhook',
    parseJira,
    {
      'webhook-issue-created.json': 'ignored',
      'webhook-issue-updated-assigned.json':
        '5c5f880629be9642ba529340 acknowledge+assign TES-41 2019-02-16T03:18:01.752Z',
      'webhook-server-issue-updated-closed.json': 'ignored', // closed after it was resolved: that was the claim
      'webhook-server-issue-updated-in-progress.json': 'test@example.com acknowledge TES-4 2019-08-14T03:02:33.680Z',
      'webhook-server-issue-updated-resolved.json': 'admin@admin.com fixed TES-4 2019-08-12T23:23:02.025Z',
    },
  ],
];

for (const [folder, parse, want] of cases) {
  test(`${folder}: real calls are read as they are`, { skip: fixtures.skip }, () => {
    const files = readdirSync(join(fixtures.path, folder));
    const read = files.map((file) => [file, shortOf(parse(readFileSync(join(fixtures.path, folder, file), 'utf8')))]);
    assert.deepEqual(Object.fromEntries(read), want);
  });
}

function shortOf(parsed: ParsedAnswer): string {
  if (parsed.status !== 'answer') return parsed.status;
  const { userId, sayings, subject, atMs } = parsed.answer;
  const said = sayings.map(({ what }) => what).join('+');
  return `${userId} ${said} ${Object.values(subject)[0]} ${new Date(atMs).toISOString()}`;
}
