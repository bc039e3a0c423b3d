/**
 * How fast the pages are with 10,000 findings and a live stream of 1,000 events a second: `npm run performance`; GRAFANA_HOME as for `start-grafana.ts`,
 * PORT 3200, ROUNDS 9. Starts a processor with a store of its own, imports the findings, starts Grafana, and opens pages in a browser. Prints one JSON
 * object, milliseconds; ends with 1 where a bound is missed. The plugin must be built. Means something on a machine that does nothing else.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from '@playwright/test';
import { historyOf, newFindings } from './performance-estate.ts';
import { freePort, Processes } from './processes.ts';

/** Medians until a page shows its findings and answers to input, and the longest time between two frames while one scrolls or streams. */
const bounds = { home: 2_000, explain: 500, list: 1_000, scrolling: 200, streaming: 200 };
const findings = 10_000;
const eventsPerSecond = 1_000;
const rounds = Number(process.env.ROUNDS ?? 9);
const port = Number(process.env.PORT ?? 3200);
const app = '/a/cnapp-slo-app';
/** Rows of a list of findings, and of an explanation. */
const anyFinding = 'tr a[href*="/findings/"]:not([href*="episode="])';
const anyEpisode = 'tr a[href*="episode="]';

const folder = mkdtempSync(join(tmpdir(), 'cnapp-performance-'));
const processes = new Processes();
const [api, otlp, metrics, prometheus] = (await Promise.all([freePort(), freePort(), freePort(), freePort()])).map(
  (free) => `127.0.0.1:${free}`,
);
let detected = findings;
try {
  await processes.startProcessor(`${api}`, [
    `storage.path=${join(folder, 'cnapp.db')}`,
    `metrics.endpoint=${metrics}`,
    'receivers.otlp.grpc.endpoint=127.0.0.1:0',
    `receivers.otlp.http.endpoint=${otlp}`,
  ]);
  await importFindings();
  await processes.startPrometheus(join(folder, 'prometheus'), `${prometheus}`, `${metrics}`);
  await processes.startGrafana(port, {
    GRAFANA_DATA: join(folder, 'grafana'),
    CNAPP_API_URL: `http://${api}`,
    CNAPP_PROMETHEUS_URL: `http://${prometheus}`,
  });
  const measured = await measure();
  const missed = Object.entries(bounds).filter(([name, bound]) => !(measured[name as keyof typeof bounds] <= bound));
  console.log(JSON.stringify({ ...measured, bounds, missed: missed.map(([name]) => name) }));
  process.exitCode = missed.length > 0 ? 1 : 0;
} finally {
  await processes.stopAll();
  rmSync(folder, { recursive: true, force: true });
}

async function importFindings(): Promise<void> {
  const rows = historyOf(findings, Date.now());
  for (let from = 0; from < rows.length; from += 2_000) {
    const response = await fetch(`http://${api}/api/v1/import?path=prowler-${from}.ocsf.json`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: JSON.stringify(rows.slice(from, from + 2_000)),
    });
    const { rejected, message } = (await response.json()) as { rejected: number; message: string | null };
    if (!response.ok || rejected > 0) throw new Error(`import: ${response.status} ${message}`);
  }
}

async function measure() {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  });
  try {
    const context = await browser.newContext({
      baseURL: `http://127.0.0.1:${port}`,
      viewport: { width: 1440, height: 1000 },
    });
    await context.request.post('/login', { data: { user: 'admin', password: 'admin' } });
    const page = await context.newPage();
    await page.addInitScript(countEpisodes);
    const times: Record<'home' | 'explain' | 'list', number[]> = { home: [], explain: [], list: [] };
    for (let round = 0; round < rounds; round += 1) {
      // Grafana itself, and the app's code, are loaded once a day; what is measured are pages of ours, each opened for the first time.
      await page.goto(`${app}/alert-rules`, { waitUntil: 'networkidle' });
      times.home.push(await timed(page, 'overview', anyFinding));
      times.explain.push(await timed(page, 'slis/mttr', anyEpisode));
      times.list.push(await timed(page, 'findings?state=all', anyFinding));
    }
    const scrolling = await longestFrame(page, 3_000, true);
    await page.goto(`${app}/on-call`);
    await page.getByText('Connected').waitFor();
    const before = detected;
    const [streaming] = await Promise.all([longestFrame(page, 10_000, false), stream(10_000)]);
    const sent = detected - before;
    await page.waitForFunction((count) => globalThis.episodesSeen >= count, sent);
    return {
      ...{ home: median(times.home), explain: median(times.explain), list: median(times.list), scrolling, streaming },
      ...{ streamed: sent, rounds: times },
    };
  } finally {
    await browser.close();
  }
}

declare global {
  /** Of the page: how many events of the live stream it was told. */
  var episodesSeen: number;
}

/** Runs in the page, before anything else. */
function countEpisodes(): void {
  globalThis.episodesSeen = 0;
  globalThis.EventSource = class extends EventSource {
    constructor(url: string | URL, settings?: EventSourceInit) {
      super(url, settings);
      this.addEventListener('episode', () => {
        globalThis.episodesSeen += 1;
      });
    }
  };
}

/** Goes there within the running Grafana, as a click on a link does; milliseconds until `selector` is there, drawn, and the page answers to input. */
async function timed(page: Page, path: string, selector: string): Promise<number> {
  // Telemetry goes on: no answer is one that the processor has kept.
  await detect(1);
  return page.evaluate(
    ([to, awaited]) =>
      new Promise<number>((resolve) => {
        const startMs = performance.now();
        history.pushState({}, '', to);
        dispatchEvent(new PopStateEvent('popstate', { state: {} }));
        const look = () => {
          if (document.querySelector(awaited) === null) requestAnimationFrame(look);
          // A task of the page's own gets its turn only when the browser has drawn what it was about to.
          else requestAnimationFrame(() => setTimeout(() => resolve(Math.round(performance.now() - startMs))));
        };
        look();
      }),
    [`${app}/${path}`, selector] as const,
  );
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

/** So many findings that are new now, over OTLP. */
async function detect(count: number): Promise<void> {
  const logRecords = newFindings(detected, count, Date.now()).map((one) => ({
    timeUnixNano: `${Date.now()}000000`,
    body: { stringValue: JSON.stringify(one) },
  }));
  detected += count;
  const body = JSON.stringify({ resourceLogs: [{ resource: { attributes: [] }, scopeLogs: [{ logRecords }] }] });
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`http://${otlp}/v1/logs`, { method: 'POST', headers, body });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
}

/** Ten batches a second. */
async function stream(durationMs: number): Promise<void> {
  const startedMs = Date.now();
  for (let batch = 1; batch <= durationMs / 100; batch += 1) {
    await detect(eventsPerSecond / 10);
    await new Promise((done) => setTimeout(done, Math.max(0, startedMs + batch * 100 - Date.now())));
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
