/**
 * How fast the pages are with 10,000 findings and a stream of 1,000 events a second, in a running Grafana: `GRAFANA_URL=… node e2e/performance.ts`.
 * The processor is the fixture API, on a port of its own, so that what is measured is Grafana and the app. Prints one JSON object, milliseconds.
 * Means something on a machine that does nothing else.
 */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chromium, type Page } from '@playwright/test';
import { createFixtureApi } from '../src/test/fixture-api.ts';

const { GRAFANA_URL: grafana = 'http://127.0.0.1:3000' } = process.env;
const app = '/a/cnapp-slo-app';
const findings = 10_000;
const eventsPerSecond = 1_000;
const uid = 'cnapp-performance';

const answer = createFixtureApi(Date.now(), findings);
const api = createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://fixture');
  if (url.pathname.endsWith('/stream')) return stream(response);
  const { status, body } = answer(url);
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}).listen(0, '127.0.0.1');

function stream(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  let number = 0;
  const timer = setInterval(() => {
    let text = '';
    for (let n = 0; n < eventsPerSecond / 10; n++) {
      const event = {
        ...{ at: new Date().toISOString(), episode_id: 'f.1', finding_id: 'f', transition: 'detected' },
        ...{ title: `Finding ${number++}`, severity: 'high', asset_id: 'arn:aws:s3:::exports', team: 'payments' },
      };
      text += `event: episode\ndata: ${JSON.stringify(event)}\n\n`;
    }
    response.write(text);
  }, 100);
  response.on('close', () => clearInterval(timer));
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
const context = await browser.newContext({ baseURL: grafana, viewport: { width: 1440, height: 1000 } });
await context.request.post('/login', { data: { user: 'admin', password: 'admin' } });
await context.request.delete(`/api/datasources/uid/${uid}`);
const apiUrl = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
await context.request.post('/api/datasources', {
  data: { name: uid, uid, type: 'cnapp-slo-datasource', access: 'proxy', jsonData: { apiUrl } },
});
try {
  const page = await context.newPage();
  // Grafana itself, and the app's code, are loaded once a day; what is measured is a page of ours.
  await page.goto(`${app}/alert-rules`);
  await page.getByRole('heading', { level: 1 }).waitFor();
  const home = await open(page, 'overview', () => page.getByRole('table').first().waitFor());
  const explain = await open(page, 'slis/mttr', () =>
    page
      .getByRole('row')
      .filter({ has: page.getByRole('link') })
      .first()
      .waitFor(),
  );
  const list = await open(page, 'findings?state=all', () => page.getByRole('table').waitFor());
  const scrolling = await longestFrame(page, 3_000, true);
  await open(page, 'on-call', () => page.getByText('Connected').waitFor());
  const streaming = await longestFrame(page, 10_000, false);
  console.log(JSON.stringify({ home, explain, list, longest_frame: { scrolling, streaming } }));
} finally {
  await context.request.delete(`/api/datasources/uid/${uid}`);
  await browser.close();
  api.close();
  api.closeAllConnections();
}

/** Goes there within the running Grafana, as a click on a link does; milliseconds until it is there. */
async function open(page: Page, path: string, isThere: () => Promise<void>): Promise<number> {
  const url = `${app}/${path}${path.includes('?') ? '&' : '?'}var-ds=${uid}`;
  const startedMs = Date.now();
  await page.evaluate((to) => {
    history.pushState({}, '', to);
    dispatchEvent(new PopStateEvent('popstate', { state: {} }));
  }, url);
  await isThere();
  return Date.now() - startedMs;
}

/** The longest time between two frames. */
function longestFrame(page: Page, durationMs: number, isScrolling: boolean): Promise<number> {
  return page.evaluate(
    ([duration, scrolls]) =>
      new Promise<number>((resolve) => {
        const startMs = performance.now();
        let lastMs = startMs;
        let longest = 0;
        const frame = (nowMs: number) => {
          longest = Math.max(longest, nowMs - lastMs);
          lastMs = nowMs;
          if (scrolls) scrollBy(0, 40);
          if (nowMs - startMs < duration) requestAnimationFrame(frame);
          else resolve(Math.round(longest));
        };
        requestAnimationFrame(frame);
      }),
    [durationMs, isScrolling] as const,
  );
}
