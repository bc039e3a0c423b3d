import { expect, test } from './fixtures.ts';

const app = '/a/cnapp-slo-app';
const me = 'cnapp-editor';

test('an editor takes an incident on and judges it, in their own name', async ({ page }) => {
  await page.goto(`${app}/on-call`);
  // The oldest: somebody else may take on the newest meanwhile.
  const incident = page
    .getByRole('row')
    .filter({ has: page.getByRole('button', { name: 'Acknowledge' }) })
    .last();
  await incident.getByRole('link').click();
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
}

test('an editor goes from the page that woke them to the verified fix, which shows by itself', async ({ page }) => {
  test.setTimeout(420_000);
  // One that the demo's people will mend in a minute.
  let fresh: Incident | undefined;
  await expect
    .poll(
      async () => {
        const pages = await Promise.all(
          ['firing', 'acknowledged'].map(async (state) => {
            const list = `/api/datasources/proxy/uid/cnapp-slo/v1/incidents?state=${state}&limit=20`;
            return (await (await page.request.get(list)).json()) as { items: Incident[] };
          }),
        );
        fresh = pages
          .flatMap(({ items }) => items)
          .find(({ started_at }) => Date.now() - Date.parse(started_at) < 45_000);
        return fresh !== undefined;
      },
      { timeout: 180_000 },
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
