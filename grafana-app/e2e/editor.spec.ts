import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';

const app = '/a/cnapp-slo-app';
const me = 'cnapp-editor';

test('an editor takes an incident on and judges it, in their own name', async ({ page }) => {
  test.setTimeout(360_000);
  let untouched: Incident | undefined;
  // Attacks, which the demo's people leave to whoever looks, come every few minutes.
  const isThere = async () => {
    untouched = await untouchedIncident(page);
    return untouched !== undefined;
  };
  await expect.poll(isThere, { timeout: 300_000 }).toBe(true);
  await page.goto(`${app}/incidents/${encodeURIComponent(untouched?.id ?? '')}`);
  await expect(page.getByRole('heading', { name: 'What is affected' })).toBeVisible();

  await page.getByRole('button', { name: 'Acknowledge' }).click();
  const clocks = page.getByRole('listitem').filter({ has: page.locator('time') });
  await expect(clocks.filter({ hasText: 'Acknowledged' }).first()).toContainText(`by ${me}`);
  await expect(page.getByRole('button', { name: 'Acknowledge' })).toHaveCount(0);

  await page.getByRole('button', { name: 'Verdict' }).click();
  await page.getByRole('menuitem', { name: 'True positive' }).click();
  await expect(clocks.filter({ hasText: 'Triaged' }).first()).toContainText(`by ${me}`);
});

interface Incident {
  id: string;
  started_at: string;
  acknowledged_at: string | null;
  episode_ids: string[];
  /** Only where one incident is asked for. */
  chain?: { kind: string; finding_id: string | null }[];
}

async function ask<T>(page: Page, path: string): Promise<T> {
  return (await page.request.get(`/api/datasources/proxy/uid/cnapp-slo/v1/${path}`)).json();
}

/** The oldest that nobody has taken on, nor ever the episode that its page shows. What is younger than a minute the demo's people may be about to take on. */
async function untouchedIncident(page: Page): Promise<Incident | undefined> {
  const { items } = await ask<{ items: Incident[] }>(page, 'incidents?state=firing&limit=500');
  for (const { id, started_at } of items.toReversed()) {
    if (Date.now() - Date.parse(started_at) < 60_000) continue;
    const incident = await ask<Incident>(page, `incidents/${encodeURIComponent(id)}`);
    const { acknowledged_at, chain = [], episode_ids } = incident;
    const isTaken = chain.some(
      ({ kind, finding_id }) => kind === 'acknowledged' && episode_ids[0]?.startsWith(`${finding_id}.`),
    );
    if (acknowledged_at === null && !isTaken) return incident;
  }
  return undefined;
}

test('an editor goes from the page that woke them to the verified fix, which shows by itself', async ({ page }) => {
  test.setTimeout(600_000);
  // One that the demo's people will mend in a minute; they come by chance, sometimes none for five.
  let fresh: Incident | undefined;
  await expect
    .poll(
      async () => {
        const pages = await Promise.all(
          ['firing', 'acknowledged'].map((state) =>
            ask<{ items: Incident[] }>(page, `incidents?state=${state}&limit=20`),
          ),
        );
        fresh = pages
          .flatMap(({ items }) => items)
          .find(({ started_at }) => Date.now() - Date.parse(started_at) < 45_000);
        return fresh !== undefined;
      },
      { timeout: 370_000 },
    )
    .toBe(true);
  await page.goto(`${app}/incidents/${encodeURIComponent(fresh?.id ?? '')}`);
  for (const heading of ['What changed', 'What is affected', 'What happened']) {
    await expect(page.getByRole('heading', { name: heading, exact: true })).toBeVisible();
  }
  const clocks = page.getByRole('listitem').filter({ has: page.locator('time') });
  await expect(clocks.filter({ hasText: 'Fix verified' }).first()).toBeVisible({ timeout: 200_000 });
  await expect(page.getByText('Resolved', { exact: true }).nth(1)).toBeVisible();
});
