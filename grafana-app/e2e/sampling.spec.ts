import { expect, test } from './fixtures.ts';
import { ADDRESS, API, picture, slider } from './sampling-view.ts';

/** As whoever is signed in, on 500 hosts and five sources, as `sampling-story.ts` sets them up. */
for (const theme of ['dark', 'light']) {
  test(`the page on the ${theme} theme: every asset with its tier, without violations, and by keys`, async ({
    page,
    scanForA11yViolations,
  }, { project }) => {
    await page.goto(`${ADDRESS}?theme=${theme}`);
    const cells = page.getByRole('group', { name: /^Assets in T/ }).getByRole('button');
    await expect(cells).toHaveCount(500);
    const { items } = await (await page.request.get(`${API}/sources`)).json();
    expect(new Set(items.map(({ format }: { format: string }) => format)).size).toBeGreaterThanOrEqual(5);
    await expect(page.getByRole('heading', { name: 'Cost against detections' })).toBeVisible();
    await slider(page, 'T3').focus();
    for (let step = 0; step < 20; step += 1) await page.keyboard.press('ArrowLeft');
    await expect(page.getByText(/^Saves \d/)).toBeVisible();
    await page.getByRole('group', { name: 'Assets in T0' }).getByRole('button').first().focus();
    await page.keyboard.press('ArrowRight');
    await expect(page.getByRole('complementary').filter({ hasText: 'criticality' })).toBeVisible();
    expect(await scanForA11yViolations({ include: 'main' })).toHaveNoA11yViolations();
    await picture(page, `${project.name.replaceAll(' ', '-')}-${theme}`);
  });
}
