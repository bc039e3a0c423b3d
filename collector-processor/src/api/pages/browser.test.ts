import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { startChromium } from '../../../../tests/servers/chromium.ts';
import { requirePart } from '../../../../tests/servers/require-part.ts';
import { fakeSlis } from '../fake-readers.ts';
import { reports } from '../fake-reports.ts';
import { startTestServer, type TestServer } from '../test-server.ts';

const { skip } = requirePart('chromium');
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let server: TestServer;
let browser: Browser;
before(async () => {
  if (skip) return;
  server = await startTestServer();
  browser = await startChromium();
});
after(async () => {
  await browser?.close();
  await server?.[Symbol.asyncDispose]();
});

/** A page, with everything that went wrong while it was open: console errors, exceptions, dialogs. */
async function open(
  path: string,
  colorScheme: 'light' | 'dark',
  from = server,
): Promise<{ page: Page; wrong: string[] }> {
  const page = await browser.newPage({ colorScheme, viewport: { width: 1280, height: 900 } });
  const wrong: string[] = [];
  page.on('console', (message) => message.type() === 'error' && wrong.push(message.text()));
  page.on('pageerror', (error) => wrong.push(error.message));
  page.on('dialog', (dialog) => {
    wrong.push(`dialog: ${dialog.message()}`);
    dialog.dismiss().catch(() => {});
  });
  await page.goto(from.url + path);
  await page.waitForSelector('[data-state="live"]');
  return { page, wrong };
}

const views = [
  ['/', 'light'],
  ['/', 'dark'],
  ['/slis/mttd-config', 'light'],
  ['/slis/mttd-config', 'dark'],
  ['/findings', 'light'],
  ['/findings/f_story', 'light'],
  ['/findings/f_story', 'dark'],
  ['/findings/f_hostile', 'light'],
  ['/incidents/i_1', 'light'],
  ['/incidents/i_2', 'light'],
  ['/incidents/i_2', 'dark'],
  ['/plans', 'light'],
  ['/sources', 'light'],
] as const;

for (const [path, scheme] of views) {
  test(`${path} in ${scheme}: no error, nothing hostile runs, no accessibility violation, fits a telephone`, {
    skip,
  }, async () => {
    const { page, wrong } = await open(path, scheme);
    await page.evaluate(axe);
    const { violations } = (await page.evaluate('axe.run()')) as AxeResults;
    assert.deepEqual(
      violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`),
      [],
    );
    assert.deepEqual(wrong, []);
    // On a telephone only tables scroll sideways.
    await page.setViewportSize({ width: 360, height: 780 });
    assert.equal(await page.evaluate('document.documentElement.scrollWidth - innerWidth'), 0);
    await page.close();
  });
}

test('the page looks again when something happens, and leaves focus and open details alone', { skip }, async () => {
  let ratio = 0.9833;
  const first = reports[0];
  assert.ok(first);
  const slis = {
    ...fakeSlis,
    explain: (id: string, query = {}) => {
      const page = fakeSlis.explain(id, query);
      return page && { ...page, sli: { ...first, ratio } };
    },
  };
  await using own = await startTestServer({}, { slis, now: Date.now });
  const { page, wrong } = await open('/slis/mttd-config', 'light', own);
  await page.click('#points summary');
  await page.focus('a[href="/findings/f_cve"]');
  ratio = 0.5;
  await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
  await page.locator('.ratio', { hasText: '50' }).waitFor();
  assert.equal(await page.evaluate("document.querySelector('#points').open"), true);
  assert.equal(await page.evaluate("document.activeElement.getAttribute('href')"), '/findings/f_cve');
  assert.deepEqual(wrong, []);
  await page.close();
});

test('the keyboard reaches the content first, then the tables', { skip }, async () => {
  const { page } = await open('/sources', 'light');
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate('document.activeElement.textContent'), 'Skip to the content');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate("document.activeElement.getAttribute('aria-label')"), 'Sources');
  await page.close();
});

test('without scripts the page is complete', { skip }, async () => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(server.url);
  assert.equal(await page.locator('.card').count(), reports.length);
  assert.match((await page.locator('.asof').textContent()) ?? '', /As of \d+ \w+ \d{4}/);
  await context.close();
});

test('an answer takes the keyboard alone, and is said back to a screen reader', { skip }, async () => {
  await using own = await startTestServer();
  const { page, wrong } = await open('/incidents/i_2', 'light', own);
  for (let presses = 0; presses < 12; presses += 1) {
    await page.keyboard.press('Tab');
    if ((await page.evaluate('document.activeElement.value')) === 'fp') break;
  }
  await page.keyboard.press('Enter');
  await page.getByRole('status').waitFor();
  assert.match((await page.getByRole('status').textContent()) ?? '', /False alarm/);
  assert.deepEqual(
    own.recorded.map(({ input }) => input.kind === 'verdict' && input.verdict),
    ['fp'],
  );
  assert.equal(await page.evaluate('location.search'), '', 'and is not said again after the next look');
  assert.deepEqual(wrong, []);
  await page.close();
});

test('what somebody has begun to write survives every look', { skip }, async () => {
  await using own = await startTestServer({}, { now: Date.now });
  const { page } = await open('/incidents/i_2', 'light', own);
  await page.getByLabel('Why').first().fill('it is a drill');
  await page.evaluate('document.activeElement.blur()');
  await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
  await page.waitForTimeout(2500); // the quiet time before a look
  assert.equal(await page.getByLabel('Why').first().inputValue(), 'it is a drill');
  await page.close();
});
