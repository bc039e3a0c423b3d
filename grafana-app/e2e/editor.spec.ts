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
