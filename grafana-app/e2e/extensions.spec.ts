import { expect, test } from './fixtures.ts';

/** Ways from Grafana's own pages into ours, and what they show of ours. */
const rule = '/alerting/grafana/cnapp-mttr-page-fast/view';
const sliPage = /\/a\/cnapp-slo-app\/slis\/mttr/;

test('from the menu of a panel to the SLI that it is about', async ({ page }) => {
  await page.goto('/d/cnapp-executive');
  const panel = page.getByTestId('data-testid Panel header Time to remediate');
  await panel.scrollIntoViewIfNeeded();
  await panel.hover();
  await page.getByTestId('data-testid Panel menu Time to remediate').click();
  await page.getByTestId('data-testid Panel menu item Extensions').hover();
  await page.getByRole('menuitem', { name: 'Explain in CNAPP SLO' }).click();
  await expect(page).toHaveURL(sliPage);
});

test('from an alert rule to its objective', async ({ page }) => {
  await page.goto(rule);
  await page.getByRole('button', { name: 'More', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Open alert in CNAPP SLO' }).click();
  await expect(page).toHaveURL(sliPage);
});

test('from an instance of an alert to its objective', async ({ page }) => {
  await page.goto(`${rule}?tab=instances`);
  await page.getByRole('button', { name: 'Actions' }).first().click();
  await page.getByRole('menuitem', { name: 'Open instance in CNAPP SLO' }).click();
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  await expect(page).toHaveURL(sliPage);
});

test('episodes are annotations of any dashboard', async ({ page }) => {
  const datasource = { type: 'cnapp-slo-datasource', uid: 'cnapp-slo' };
  const annotation = (name: string, target: object) => ({ name, enable: true, iconColor: 'red', datasource, target });
  const dashboard = {
    uid: 'cnapp-annotations',
    title: 'Annotations',
    schemaVersion: 42,
    time: { from: 'now-28d', to: 'now' },
    annotations: {
      list: [annotation('Episodes', { refId: 'Anno', queryType: 'sli_explain', sli: 'mttr', role: 'bad' })],
    },
    panels: [
      {
        ...{ id: 1, type: 'timeseries', title: 'MTTR', gridPos: { x: 0, y: 0, w: 24, h: 12 }, datasource },
        targets: [{ refId: 'A', queryType: 'sli_series', sli: 'mttr', datasource }],
      },
    ],
  };
  await page.request.post('/api/dashboards/db', { data: { dashboard, overwrite: true } });
  await page.goto('/d/cnapp-annotations');
  const marker = page.getByTestId('data-testid annotation-marker').first();
  await expect(marker).toBeVisible();
  await marker.hover();
  await expect(page.getByText(/(critical|high) · bad · /)).toBeVisible();
  await page.request.delete('/api/dashboards/uid/cnapp-annotations');
});
