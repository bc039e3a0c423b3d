import type { APIRequestContext } from '@playwright/test';
import { expect, test } from './fixtures.ts';

/**
 * What three people come for, from the README's first page to the answer, as whoever is signed in (the projects run it as admin, editor and viewer),
 * on the dark and the light theme.
 */
const app = '/a/cnapp-slo-app';
/** Grafana's own pickers have violations of their own. */
const grafanasOwn = '[data-testid*="RefreshPicker"]';

/** The latest incident whose fix has been proved. */
async function fixedIncident(request: APIRequestContext): Promise<string> {
  const api = '/api/datasources/proxy/uid/cnapp-slo/v1/incidents';
  const { items } = await (await request.get(`${api}?state=resolved&limit=50`)).json();
  for (const { id } of items) {
    const { chain } = await (await request.get(`${api}/${encodeURIComponent(id)}`)).json();
    if (chain.some(({ kind }: { kind: string }) => kind === 'verified')) return id;
  }
  throw new Error('none of the latest 50 incidents was fixed');
}

for (const theme of ['dark', 'light']) {
  test.describe(`on the ${theme} theme`, () => {
    test('the executive finds why the time to remediate changed', async ({ page, scanForA11yViolations }) => {
      await page.goto(`${app}/overview?theme=${theme}`);
      await expect(page.locator(`body.theme-${theme}`)).toBeVisible();
      await expect(page.getByRole('region', { name: 'Can the numbers be trusted?' })).toContainText(/\d+ of \d+ fresh/);
      await page.goto(`${app}/executive?theme=${theme}`);
      const figures = page.getByRole('region', { name: 'Key figures' });
      await expect(figures.getByText(/(more|less) than before/)).toBeVisible();
      const change = page.locator('section').filter({ hasText: 'Why the time to remediate changed' }).last();
      await expect(change.getByText(/^(Up|Down) .* from .* to .*/)).toBeVisible();
      await expect(
        page.getByTestId('data-testid Panel header Critical findings over 90 days').locator('.u-over'),
      ).toBeVisible();
      await expect(page.getByRole('heading', { name: 'Release gate by service' })).toBeVisible();
      const posture = page.locator('section').filter({ hasText: 'Compliance posture by framework' }).last();
      await expect(posture.getByRole('row').filter({ hasText: /\d+%/ }).first()).toBeVisible();
      await expect(page.getByTestId('data-testid Panel status error')).toHaveCount(0);
      expect(await scanForA11yViolations({ include: 'main', exclude: grafanasOwn })).toHaveNoA11yViolations();

      const team = change.getByRole('link').first();
      const name = (await team.textContent()) ?? '';
      await team.click();
      await expect(page).toHaveURL(new RegExp(`/slis/mttr\\?.*var-team=${name}`));
      await expect(page.getByRole('heading', { level: 1, name: 'MTTR remediation' })).toBeVisible();
      await expect(page.getByRole('row').filter({ hasText: name }).first()).toBeVisible();
      await expect(page.getByTestId('data-testid Panel status error')).toHaveCount(0);
    });

    test('the on-call engineer goes from the list to what changed, whose it is, and what to do', async ({
      page,
      scanForA11yViolations,
    }) => {
      await page.goto(`${app}/on-call?theme=${theme}`);
      await expect(page.locator(`body.theme-${theme}`)).toBeVisible();
      await expect(page.getByText('Connected')).toBeVisible();
      const row = page
        .getByRole('row')
        .filter({ has: page.getByRole('link') })
        .first();
      await expect(row).toBeVisible();
      expect(await scanForA11yViolations({ include: 'main', exclude: grafanasOwn })).toHaveNoA11yViolations();
      await row.getByRole('link').click();
      for (const heading of ['What changed', 'What is affected', 'What happened', 'Findings']) {
        await expect(page.getByRole('heading', { name: heading, exact: true })).toBeVisible();
      }
      expect(await scanForA11yViolations({ include: 'main' })).toHaveNoA11yViolations();
      await page
        .getByRole('row')
        .filter({ has: page.getByRole('link') })
        .first()
        .getByRole('link')
        .click();
      await expect(page.getByRole('heading', { name: /^Timeline of episode \d+$/ })).toBeVisible();
      expect(await scanForA11yViolations({ include: 'main' })).toHaveNoA11yViolations();

      // The link of an alert that is over: what was done, and the proof.
      await page.goto(`${app}/incidents/${encodeURIComponent(await fixedIncident(page.request))}?theme=${theme}`);
      await expect(page.getByText('Resolved', { exact: true }).first()).toBeVisible();
      const clocks = page.getByRole('listitem').filter({ has: page.locator('time') });
      await expect(clocks.filter({ hasText: 'Fix verified' }).first()).toBeVisible();
      expect(await scanForA11yViolations({ include: 'main' })).toHaveNoA11yViolations();
    });

    test('the debugger finds why something is excluded', async ({ page, scanForA11yViolations }) => {
      await page.goto(`${app}/debug?theme=${theme}`);
      await expect(page.locator(`body.theme-${theme}`)).toBeVisible();
      const excluded = page.getByRole('listitem').filter({ hasText: /^Excluded\d+/ });
      await expect(excluded).toBeVisible();
      await expect(page.getByRole('heading', { name: 'Inventory' })).toBeVisible();
      await expect(page.getByText('Connected')).toBeVisible();
      expect(await scanForA11yViolations({ include: 'main', exclude: grafanasOwn })).toHaveNoA11yViolations();
      await excluded.getByRole('link', { name: 'Show them' }).click();
      await expect(page).toHaveURL(/\/slis\/mttr\?.*role=excluded/);
      const item = page.getByRole('row').filter({ hasText: 'Excluded' }).first();
      await expect(item).toContainText(/backlog|false positive|deleted|left the scope/);
      await item.getByRole('link').click();
      await expect(page.getByRole('heading', { name: /^Timeline of episode \d+$/ })).toBeVisible();
      await page.getByRole('main').getByRole('link').first().click(); // the asset
      await expect(page.getByRole('heading', { name: 'Changes' })).toBeVisible();
      expect(await scanForA11yViolations({ include: 'main' })).toHaveNoA11yViolations();
    });
  });
}
