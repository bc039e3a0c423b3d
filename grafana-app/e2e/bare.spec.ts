import { expect, test } from './fixtures.ts';

/** The Prometheus that scrapes the processor, as Grafana's server sees it. */
const prometheus = process.env.CNAPP_PROMETHEUS_URL ?? 'http://127.0.0.1:9090';

interface RuleState {
  labels: Record<string, string>;
  health: string;
}

test('from nothing but a Prometheus to working alerts in under a minute; a second run changes nothing', async ({
  page,
}) => {
  const { request } = page.context();
  await request.post('/login', { data: { user: 'admin', password: 'admin' } });
  await request.post('/api/plugins/cnapp-slo-app/settings', { data: { enabled: true, pinned: true } });
  await request.post('/api/datasources', {
    data: { name: 'Prometheus', type: 'prometheus', access: 'proxy', url: prometheus },
  });
  const installed = async () => (await (await request.get('/api/v1/provisioning/alert-rules')).json()) as object[];
  expect(await installed()).toEqual([]);

  await page.goto('/a/cnapp-slo-app/alert-rules');
  const startedMs = Date.now();
  await page.getByRole('button', { name: /^Install or upgrade \d+ groups$/ }).click();
  await expect(page.getByRole('button', { name: 'Everything is installed' })).toBeDisabled();
  expect(Date.now() - startedMs).toBeLessThan(60_000);
  const rules = await installed();
  expect(rules.length).toBeGreaterThan(40);

  // They are evaluated, against data.
  await expect
    .poll(
      async () => {
        const answer = await request.get('/api/prometheus/grafana/api/v1/rules');
        const { data } = (await answer.json()) as { data: { groups: { rules: RuleState[] }[] } };
        const states = data.groups.flatMap(({ rules: own }) => own.map(({ health }) => health));
        return states.length > 0 && states.every((health) => health === 'ok');
      },
      { timeout: 120_000 },
    )
    .toBe(true);

  await page.reload();
  await expect(page.getByRole('button', { name: 'Everything is installed' })).toBeDisabled();
  expect(await installed()).toEqual(rules);
});
