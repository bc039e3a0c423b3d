import { expect, test } from './fixtures.ts';
import { ADDRESS, API, slider } from './sampling-view.ts';

test('who may not change tiers sees what a change would do, and is refused by the server, too', async ({ page }, {
  project,
}) => {
  await page.goto(ADDRESS);
  await slider(page, 'T3').fill('-1');
  await expect(page.getByText(/^Saves \d/)).toBeVisible();
  const isViewer = project.name === 'sampling as viewer';
  await expect(page.getByText('Editors can propose this change.', { exact: false })).toHaveCount(isViewer ? 1 : 0);
  const refused = async (path: string): Promise<number> =>
    (await page.request.post(`${API}/sampling/rollouts${path}`, { data: { reason: 'x', rollout_id: 'x' } })).status();
  expect(await refused('/enforced')).toBe(403);
  expect(await refused('/canary')).toBe(403);
  // An editor's is looked at by the processor, which knows no such change.
  expect(await refused('/shadow')).toBe(isViewer ? 403 : 404);
});
