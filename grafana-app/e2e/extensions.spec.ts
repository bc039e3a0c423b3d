import { expect, test } from './fixtures.ts';

/** Ways from Grafana's own pages into ours. */
const rule = '/alerting/grafana/cnapp-mttr-page-fast/view';
const sliPage = /\/a\/cnapp-slo-app\/slis\/mttr/;

test('from the menu of a panel to the SLI that it is about', async ({ gotoDashboardPage, page }) => {
  const dashboard = await gotoDashboardPage({ uid: 'cnapp-executive' });
  const panel = dashboard.getPanelByTitle('Time to remediate');
  await panel.scrollIntoView();
  await panel.clickOnMenuItem('Explain this SLI in CNAPP SLO', { parentItem: 'Extensions' });
  await expect(page).toHaveURL(sliPage);
});

test('from an alert rule to its objective', async ({ page }) => {
  await page.goto(rule);
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Open alert in CNAPP SLO' }).click();
  await expect(page).toHaveURL(sliPage);
});

test('from an instance of an alert to its objective', async ({ page }) => {
  await page.goto(`${rule}?tab=instances`);
  await page.getByRole('button', { name: 'Actions' }).first().click();
  await page.getByRole('menuitem', { name: 'Open alert in CNAPP SLO' }).click();
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  await expect(page).toHaveURL(sliPage);
});
