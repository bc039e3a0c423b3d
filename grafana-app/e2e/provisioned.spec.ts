import { expect, test } from './fixtures.ts';

test('the data source is healthy', async ({ page }) => {
  await page.goto('/connections/datasources/edit/cnapp-slo');
  // A provisioned data source can be tested, not saved.
  await page.getByRole('button', { name: /^(Save & test|Test)$/i }).click();
  await expect(page.getByText(/Connected\. \d+ of \d+ sources are fresh/)).toBeVisible();
});

test('Explore answers a query', async ({ page }) => {
  const left = {
    datasource: 'cnapp-slo',
    queries: [{ refId: 'A', queryType: 'findings', limit: 10 }],
    range: { from: 'now-28d', to: 'now' },
  };
  await page.goto(`/explore?left=${encodeURIComponent(JSON.stringify(left))}`);
  await expect(page.getByRole('columnheader', { name: 'Finding', exact: true })).toBeVisible();
});

test('the dashboard shows live data, and no panel an error', async ({ gotoDashboardPage, page }) => {
  const dashboardPage = await gotoDashboardPage({
    uid: 'cnapp-slo-overview',
    queryParams: new URLSearchParams({ from: 'now-15m' }),
  });
  const table = dashboardPage.getPanelByTitle('Objectives');
  for (const title of ['M1 · MTTD risky configuration', 'M2 · MTTR remediation', 'M3 · Drift rate']) {
    await expect(table.locator.getByText(title)).toBeVisible();
  }
  await expect(table.locator.getByText(/^\d+(\.\d+)?%$/).first()).toBeVisible();
  await page.keyboard.press('End');
  await expect(dashboardPage).not.toHavePanelErrors();
});

for (const uid of ['cnapp-executive', 'cnapp-on-call', 'cnapp-debug', 'cnapp-sli', 'cnapp-pipeline']) {
  test(`${uid} shows live data, and no panel an error`, async ({ gotoDashboardPage, page }) => {
    const dashboardPage = await gotoDashboardPage({ uid, queryParams: new URLSearchParams({ from: 'now-15m' }) });
    await expect(page.locator('.u-over').first()).toBeVisible();
    await page.keyboard.press('End');
    await expect(dashboardPage).not.toHavePanelErrors();
  });
}

test('the alert rules are provisioned and visible', async ({ page, request }) => {
  const rules = await (await request.get('/api/v1/provisioning/alert-rules')).json();
  const uids = (rules as { uid: string }[]).map(({ uid }) => uid);
  expect(uids).toEqual(
    expect.arrayContaining(['cnapp-mttd-config-page-fast', 'cnapp-mttr-page-fast', 'cnapp-drift-rate-page-fast']),
  );
  await page.goto('/alerting/list?search=cnapp');
  await expect(page.getByText('CNAPP SLO').first()).toBeVisible();
});
