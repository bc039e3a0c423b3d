/**
 * Takes the pictures of docs/screenshots from a running Grafana: `GRAFANA_URL=… node e2e/screenshots.ts [NAME …]`.
 * THEME (dark or light), WIDTH (1440), WHOLE (1: down to the page's end), LOGIN (a user, whose password is the same) and OUT (a folder) are for looking at the pages oneself.
 */
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { chromium } from '@playwright/test';

const { GRAFANA_URL: grafana = 'http://127.0.0.1:3000', THEME: theme = 'dark', LOGIN: login = 'admin' } = process.env;
const width = Number(process.env.WIDTH ?? 1440);
const fullPage = process.env.WHOLE === '1';
const out = process.env.OUT ?? join(dirname(dirname(import.meta.dirname)), 'docs/screenshots');
const app = '/a/cnapp-slo-app';

/** Where each picture is taken; a function finds its address by the API. */
const pictures: Record<string, string | (() => Promise<string>)> = {
  overview: `${app}/overview`,
  sli: `${app}/slis/mttr`,
  executive: `${app}/executive`,
  'on-call': `${app}/on-call`,
  incident: () => first('incidents?state=acknowledged', `${app}/incidents/`),
  findings: `${app}/findings`,
  finding: () => first('findings?state=closed&severity=critical', `${app}/findings/`),
  debug: `${app}/debug`,
  asset: () => first('assets', `${app}/assets/`),
  'alert-rules-page': `${app}/alert-rules`,
  'alert-rules': '/alerting/list?search=namespace:"CNAPP SLO"&view=grouped',
  dashboard: '/d/cnapp-slo-overview?from=now-30m&to=now&kiosk',
  'dashboard-executive': '/d/cnapp-executive?from=now-30m&to=now&kiosk',
  'dashboard-on-call': '/d/cnapp-on-call?from=now-30m&to=now&kiosk',
  'dashboard-debug': '/d/cnapp-debug?kiosk',
  'dashboard-sli': '/d/cnapp-sli?from=now-30m&to=now&kiosk',
  'dashboard-pipeline': '/d/cnapp-pipeline?kiosk',
};

const names = process.argv.slice(2);
mkdirSync(out, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
const context = await browser.newContext({
  baseURL: grafana,
  viewport: { width, height: 1000 },
  locale: 'en-US',
  timezoneId: 'UTC',
});
await context.request.post('/login', { data: { user: login, password: login } });
for (const [name, where] of Object.entries(pictures)) {
  if (names.length > 0 && !names.includes(name)) continue;
  const path = typeof where === 'string' ? where : await where();
  const page = await context.newPage();
  await page.goto(`${path}${path.includes('?') ? '&' : '?'}theme=${theme}`);
  // A page that streams never has a quiet network: it is drawn when nothing loads any more.
  await page.waitForLoadState('networkidle', { timeout: 8_000 }).catch(() => undefined);
  await page.locator('[aria-label="Panel loading bar"]').first().waitFor({ state: 'detached' });
  await page.getByText('Loading …').first().waitFor({ state: 'detached' });
  if (name === 'overview') {
    await page.getByRole('region', { name: 'Can the numbers be trusted?' }).waitFor();
    await page.locator('article polyline').first().waitFor();
  }
  // Grafana's own list of rules shows folders, closed.
  if (name === 'alert-rules') await page.getByRole('button', { name: 'Expand all' }).click();
  await page.screenshot({ path: join(out, `${name}.png`), fullPage });
  console.log(`${name}: ${path}`);
  await page.close();
}
await browser.close();

/** The first of a list of the API, as the page that shows it. */
async function first(list: string, page: string): Promise<string> {
  const response = await context.request.get(`/api/datasources/proxy/uid/cnapp-slo/v1/${list}`);
  const { items } = (await response.json()) as { items: { id: string }[] };
  if (items[0] === undefined) throw new Error(`${list} is empty`);
  return page + encodeURIComponent(items[0].id);
}
