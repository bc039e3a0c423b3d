import { requests, startBackend } from '../test/backend.ts';
import { createClient } from './client.ts';
import { labelValues } from './label-values.ts';

startBackend();
const client = createClient('cnapp-slo');

test('the values of open labels come in one answer, however many variables ask', async () => {
  const asked = requests();
  const [team, environment] = await Promise.all([labelValues(client, 'team'), labelValues(client, 'environment')]);
  expect(team).toEqual(['content', 'data-platform', 'discovery', 'payments', 'unowned']);
  expect(environment).toEqual(['production', 'staging']);
  expect(asked.map(({ pathname }) => pathname)).toEqual([expect.stringMatching(/\/v1\/labels$/)]);
});

test('closed sets ask nobody', async () => {
  const asked = requests();
  expect(await labelValues(client, 'criticality')).toEqual(['c0', 'c1', 'c2', 'c3']);
  expect(asked).toEqual([]);
});
