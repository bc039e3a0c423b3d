import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { EstateReader, FindingJson, SliReader, SliReport } from '@cnapp-slo/model';
import { findings, hostileName, nowMs } from '../fake-estate.ts';
import { fakeEstate, fakeSlis } from '../fake-readers.ts';
import { startTestServer, type TestServer } from '../test-server.ts';

let server: TestServer;
before(async () => {
  server = await startTestServer();
});
after(() => server[Symbol.asyncDispose]());

const allPages = [
  '/',
  '/?window=7d',
  '/slis/mttd-config',
  '/slis/mttr?role=bad&team=payments',
  '/slis/sbom-coverage',
  '/findings',
  '/findings?state=open&limit=3',
  '/findings/f_story',
  '/findings/f_story.1',
  '/findings/f_hostile',
  '/findings/f_old',
  '/incidents/i_1',
  '/incidents/i_2',
  '/sources',
];

async function page(path: string, from = server): Promise<string> {
  const response = await fetch(from.url + path);
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'text/html; charset=utf-8');
  // A no-break space is for the eye only.
  return (await response.text()).replaceAll('\u202f', ' ');
}

/** The words of a page, as read aloud. */
const wordsOf = (markup: string) =>
  markup
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')
    .replaceAll(' ,', ',');

for (const path of allPages) {
  test(`${path} is well-formed, titled, structured, and lets nothing hostile through`, async () => {
    const markup = await page(path);
    assert.match(markup, /^<!doctype html>\n<html lang="en">/);
    assert.equal(markup.match(/<h1[ >]/g)?.length, 1, 'one h1');
    assert.match(markup, /<title>[^<]+ · CNAPP SLOs<\/title>/);
    assert.match(markup, /<main id="main"/);
    assert.match(markup, /href="#main"/);
    assert.equal(markup.match(/<script/g)?.length, 1, 'no script but our own');
    assert.doesNotMatch(markup, /<img src=x|href="javascript:|\son\w+=[^&]*"[^>]*>alert| style="/i);
    for (const tag of ['table', 'tr', 'td', 'th', 'section', 'p', 'li', 'dl', 'dd', 'svg', 'a', 'span', 'div']) {
      const opened = markup.match(new RegExp(`<${tag}[ >]`, 'g'))?.length ?? 0;
      const closed = markup.match(new RegExp(`</${tag}>`, 'g'))?.length ?? 0;
      assert.equal(opened, closed, `<${tag}> ${opened} times opened, ${closed} times closed`);
    }
    for (const [head] of markup.matchAll(/<th(?: [^>]*)?>/g)) assert.match(head, /scope="(col|row)"/);
    for (const [chart] of markup.matchAll(/<svg[^>]*role="img"[^>]*>/g)) assert.match(chart, /aria-label="[^"]+"/);
    const ids = [...markup.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    assert.equal(new Set(ids).size, ids.length, 'ids are unique');
  });
}

test('pages allow no inline code and no other origin', async () => {
  const policy = (await fetch(server.url)).headers.get('content-security-policy') ?? '';
  assert.match(policy, /default-src 'none'/);
  assert.match(policy, /script-src 'self'/);
  assert.doesNotMatch(policy, /unsafe/);
});

test('every file that a page refers to is served', async () => {
  const files = [...(await page('/')).matchAll(/(?:href|src)="(\/static\/[^"]+)"/g)].map(([, path]) => path ?? '');
  assert.ok(files.length >= 3);
  for (const file of new Set(files)) assert.equal((await fetch(server.url + file)).status, 200, file);
});

test('the overview shows ratio, value, objective, budget, burn and trust of an SLI', async () => {
  const text = wordsOf(await page('/'));
  assert.match(text, /Time to remediate M2 91\.2 % 19 h 50 min · objective 95 % overspent by 75\.4 %/);
  assert.match(text, /1h burn 14\.8× 6h burn 6\.1× 1d burn 2\.2× 3d burn 1\.9× ✕ budget used up coverage 97 %, final/);
});

test('what is unknown is said with its reason, and never zero', async () => {
  const text = wordsOf(await page('/'));
  assert.match(text, /Incident burn rate M10 no data – no source has reported yet/);
  assert.match(text, /SBOM coverage M7 no data – only 42 % of the clusters report their images/);
  assert.match(text, /✕ silent falco prod-us never unknown 0 no data 0 none/);
});

test('the overview shows open findings, incidents, and what sources were refused', async () => {
  const text = wordsOf(await page('/'));
  assert.match(text, /critical CVE-2026-1204 in openssl 3\.0\.11 CVE-2026-1204 checkout .* 1 h 35 min 3 min ago/);
  assert.match(text, /✕ firing Exploitable OpenSSL in checkout/);
  assert.match(text, /14 trivy-operator\.schema/);
});

test('the last hour lists the steps of the story, newest first, with the time each took', async () => {
  const text = wordsOf(await page('/'));
  const steps = [
    ...text.matchAll(
      /\d\d:\d\d:\d\d (\w+) critical S3 bucket is open to the public customer-exports · payments(, \S+ \S+ later)?/g,
    ),
  ];
  assert.deepEqual(
    steps.map(([, step, took]) => `${step}${took ?? ''}`),
    [
      'Verified, 6 min later',
      'Remediated, 18 min later',
      'Acknowledged, 5 min later',
      'Alerted, 1 min later',
      'Detected, 10 min later',
      'Changed',
    ],
  );
});

test('a hostile name is shown as it is', async () => {
  const markup = await page('/findings/f_hostile');
  assert.ok(markup.includes('Bucket &lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&gt;&lt;img src=x'));
  assert.ok(!markup.includes(hostileName));
});

test('an SLI’s page explains: role, reason, clocks with precision, duration', async () => {
  const text = wordsOf(await page('/slis/mttd-config'));
  assert.match(text, /✓ good S3 bucket is open to the public/);
  assert.match(
    text,
    /Changed 10 Mar 2026, 08:44:00 UTC, Observable \+5 min, Detected \+5 min, Alerted \+1 min \(inferred\)/,
  );
  assert.match(text, /– excluded baseline Unencrypted volume .* no data/);
  assert.match(text, /Excluded: baseline 41, not asset change 12, false positive 3\./);
});

test('filters stay in the links of an SLI’s page', async () => {
  const markup = await page('/slis/mttr?team=payments&role=bad&window=7d');
  assert.match(markup, /href="\/slis\/mttr\?team=payments&amp;role=bad&amp;window=90d"/);
  assert.match(markup, /href="\/slis\/mttr\?team=payments&amp;window=7d&amp;role=good#explain"/);
});

test('a finding’s page leads from the change over the commit to the pipeline', async () => {
  const markup = await page('/findings/f_story');
  assert.match(
    wordsOf(markup),
    /What caused it api change PutBucketPolicy on customer-exports 10 Mar 2026, 08:44:00 UTC/,
  );
  assert.match(
    markup,
    /href="https:\/\/github\.com\/acme\/infra\/commit\/4be1f2a"[^>]*>github\.com\/acme\/infra @ 4be1f2a90c1d</,
  );
  assert.match(markup, /href="https:\/\/github\.com\/acme\/infra\/actions\/runs\/991"/);
  assert.match(wordsOf(markup), /7 Verified 10 Mar 2026, 09:24:00 UTC \+6 min bounded 09:18:00 to 09:24:00 prowler/);
});

test('an open episode runs on', async () => {
  const open: FindingJson = { ...(findings[0] as FindingJson), state: 'open' };
  const [episode] = open.episodes ?? [];
  assert.ok(episode);
  open.episodes = [
    {
      ...episode,
      state: 'open',
      close_reason: null,
      clocks: { t_detect: { at: '2026-03-10T08:00:00Z', source: 'prowler', precision: 'exact' } },
    },
  ];
  const estate: EstateReader = { ...fakeEstate, finding: () => open };
  await using own = await startTestServer({}, { estate });
  assert.match(wordsOf(await page('/findings/x', own)), /Still open now \+1 h 30 min/);
});

test('an incident’s page shows its course and findings', async () => {
  const text = wordsOf(await page('/incidents/i_2'));
  assert.match(
    text,
    /Started 10 Mar 2026, 07:55:00 UTC \+0 s Alerted 10 Mar 2026, 07:56:00 UTC \+1 min Acknowledged not yet Resolved not yet/,
  );
  assert.match(text, /CVE-2026-1204 in openssl/);
});

test('without any data the pages say so', async () => {
  const empty = { items: [], next_cursor: null };
  const estate: EstateReader = {
    ...fakeEstate,
    findings: () => empty,
    incidents: () => empty,
    changes: () => empty,
    sources: () => [],
  };
  const nothing: SliReport[] = [];
  const slis: SliReader = { ...fakeSlis, list: () => nothing, series: () => [] };
  await using own = await startTestServer({}, { estate, slis });
  const text = wordsOf(await page('/', own));
  for (const sentence of [
    'No SLI is computed yet.',
    'Nothing happened in the last hour.',
    'There has been no incident yet.',
    'No finding is open.',
    'No source has sent anything yet.',
  ]) {
    assert.ok(text.includes(sentence), sentence);
  }
  assert.match(wordsOf(await page('/slis/mttr', own)), /Trend of the ratio no data/);
});

for (const [path, status, text] of [
  ['/findings/none', 404, 'no finding has the id'],
  ['/slis/none', 404, 'no SLI has the id'],
  ['/incidents/none', 404, 'no incident has the id'],
  ['/slis/mttr?window=soon', 400, 'window'],
  ['/?teem=a', 400, 'teem'],
] as const) {
  test(`${path} is a page that says what is wrong, with status ${status}`, async () => {
    const response = await fetch(server.url + path);
    assert.equal(response.status, status);
    assert.equal(response.headers.get('content-type'), 'text/html; charset=utf-8');
    assert.ok((await response.text()).includes(text));
  });
}

test('the last hour follows what comes, and forgets what is older', async () => {
  let now = nowMs;
  await using own = await startTestServer({}, { now: () => now });
  assert.match(await page('/', own), /S3 bucket is open to the public/);
  now += 2 * 60 * 60_000;
  assert.match(wordsOf(await page('/', own)), /Nothing happened in the last hour\./);
});
