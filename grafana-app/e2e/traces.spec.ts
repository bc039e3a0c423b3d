import { expect, test } from './fixtures.ts';
import { newFindings } from './performance-estate.ts';
import { startTempoStub } from './tempo-stub.ts';

const app = '/a/cnapp-slo-app';
/** The processor's OTLP/HTTP, as the tests see it. */
const otlp = process.env.CNAPP_OTLP_URL ?? 'http://127.0.0.1:4318';
const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const cnappUid = 'cnapp-with-traces';
const tempoUid = 'tempo-of-tests';

for (const theme of ['dark', 'light']) {
  test(`a finding leads to its trace in Tempo, on the ${theme} theme`, async ({ page }) => {
    await using tempo = await startTempoStub();
    const { request } = page.context();
    const [finding] = newFindings(7_000_000, 1, Date.now());
    const record = { timeUnixNano: `${Date.now()}000000`, traceId, body: { stringValue: JSON.stringify(finding) } };
    const sent = await request.post(`${otlp}/v1/logs`, {
      data: { resourceLogs: [{ resource: { attributes: [] }, scopeLogs: [{ logRecords: [record] }] }] },
    });
    expect(sent.ok()).toBe(true);

    const { jsonData } = (await (await request.get('/api/datasources/uid/cnapp-slo')).json()) as { jsonData: object };
    const sources = [
      { uid: tempoUid, name: tempoUid, type: 'tempo', url: tempo.url },
      { uid: cnappUid, name: cnappUid, type: 'cnapp-slo-datasource', jsonData: { ...jsonData, tempoUid } },
    ];
    try {
      for (const source of sources) {
        const made = await request.post('/api/datasources', { data: { ...source, access: 'proxy' } });
        expect(made.ok()).toBe(true);
      }
      await page.goto(`${app}/findings?var-ds=${cnappUid}&theme=${theme}`);
      await expect(page.locator(`body.theme-${theme}`)).toBeVisible();
      await page
        .getByRole('row')
        .filter({ hasText: 'bucket-7000000' })
        .getByRole('link', { name: 'S3 bucket allows public access' })
        .click();
      await page.getByRole('link', { name: traceId.slice(0, 8) }).click();
      await expect(page).toHaveURL(/\/explore\?/);
      await expect(page.getByText('deploy').first()).toBeVisible();
      expect(new Set(tempo.asked)).toEqual(new Set([traceId]));
      await expect(page.locator(`body.theme-${theme}`)).toBeVisible();
    } finally {
      for (const { uid } of sources) await request.delete(`/api/datasources/uid/${uid}`);
    }
  });
}
