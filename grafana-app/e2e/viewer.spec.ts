import { expect, test } from './fixtures.ts';

const app = '/a/cnapp-slo-app';

test('a viewer sees every number', async ({ page }) => {
  await page.goto(`${app}/overview`);
  const card = page.getByRole('article').filter({ hasText: 'MTTR remediation' });
  await expect(card.getByText(/^\d+(\.\d+)?%$/).first()).toBeVisible();
  await card.getByRole('link').click();
  await expect(page.getByRole('radio', { name: /^All \(\d+\)$/ })).toBeAttached();
});

test('a viewer who types the address of the alert rules is led home by Grafana, without a refused request', async ({
  page,
}) => {
  await page.goto(`${app}/alert-rules`);
  await expect(page.getByRole('heading', { level: 1, name: 'Welcome to Grafana' })).toBeVisible();
});

test('a viewer is offered nothing that would be refused', async ({ page }) => {
  await page.goto(`${app}/on-call`);
  await expect(page.getByRole('heading', { name: 'Active incidents' })).toBeVisible();
  await expect(page.getByText('Connected')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Acknowledge' })).toHaveCount(0);
});
