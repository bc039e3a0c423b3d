import type { Page } from '@playwright/test';

export const ADDRESS = '/a/cnapp-slo-app/sampling';
/** Of the processor, through Grafana's proxy. */
export const API = '/api/datasources/proxy/uid/cnapp-slo/v1';

/** The slider of a tier. */
export const slider = (page: Page, tier: string) => page.getByRole('slider', { name: `Share kept of ${tier}` });

/** Keeps a picture of the page where SAMPLING_SCREENSHOTS names a folder. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env.SAMPLING_SCREENSHOTS;
  if (folder === undefined) return;
  const { width } = page.viewportSize() ?? { width: 1440 };
  await page.setViewportSize({ width, height: 1500 });
  await page.getByRole('heading', { level: 1 }).scrollIntoViewIfNeeded();
  await page.screenshot({ path: `${folder}/${name}.png` });
}
