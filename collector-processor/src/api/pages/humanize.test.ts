import assert from 'node:assert/strict';
import { test } from 'node:test';
import { html, webLink } from './html.ts';
import { duration, exactPercent, inUnit, noData, percent, since, utcText } from './humanize.ts';

const spaced = (text: string) => text.replaceAll('\u202f', ' ');

for (const [seconds, want] of [
  [0, '0 s'],
  [0.42, '0.4 s'],
  [42, '42 s'],
  [59.9, '1 min'],
  [95, '1 min 35 s'],
  [1284, '21 min'],
  [3599.9, '1 h'],
  [15_000, '4 h 10 min'],
  [86_399, '1 d'],
  [71_400, '19 h 50 min'],
  [273_600, '3 d 4 h'],
  [2_937_600, '34 d'],
  [-90, '−1 min 30 s'],
] as const) {
  test(`${seconds} s reads ${want}`, () => assert.equal(spaced(duration(seconds)), want));
}

test('a ratio is cut, never rounded up to all or over its objective', () => {
  assert.equal(spaced(percent(0.9996)), '99.9 %');
  assert.equal(spaced(percent(0.9499)), '94.9 %');
  assert.equal(spaced(percent(0.95)), '95 %');
  assert.equal(spaced(percent(0.29)), '29 %');
  assert.equal(spaced(percent(1)), '100 %');
  assert.equal(spaced(percent(-0.754)), '-75.4 %');
  assert.equal(spaced(exactPercent(0.995)), '99.5 %');
});

test('a value is read in its unit', () => {
  assert.deepEqual(
    [inUnit(600, 's'), inUnit(0.038, '1'), inUnit(1204, 'count'), inUnit(2_512_000, 'By'), inUnit(0, 'By')].map(spaced),
    ['10 min', '3.8 %', '1,204', '2.51 MB', '0 B'],
  );
});

test('unknown is said in words, with its reason', () => {
  assert.equal(noData('no source yet').text, '<span class="unknown">no data – no source yet</span>');
  assert.match(since(null, 0).text, /never/);
});

test('times are UTC and readable', () => {
  assert.equal(utcText('2026-03-10T09:24:05.120Z'), '10 Mar 2026, 09:24:05 UTC');
  assert.match(spaced(since('2026-03-10T09:24:00Z', Date.parse('2026-03-10T09:30:00Z')).text), />6 min ago</);
});

test('whatever is put into markup is text, also in attributes', () => {
  const hostile = "\"><script>alert('x')</script>&";
  assert.equal(
    html`<a title="${hostile}">${[hostile, null, 3]}</a>`.text,
    `<a title="${'&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;'}">${'&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;'}3</a>`,
  );
});

test('only addresses of the web become links', () => {
  assert.match(webLink('https://example.com/a?b="', 'x').text, /^<a href="https:\/\/example\.com\/a\?b=&quot;"/);
  assert.equal(webLink('javascript:alert(1)', 'x').text, '<span>x</span>');
  assert.equal(webLink(' JavaScript:alert(1)', 'x').text, '<span>x</span>');
});
