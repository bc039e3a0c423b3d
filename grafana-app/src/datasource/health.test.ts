import { createClient } from '../api/client.ts';
import { answerWith, startBackend } from '../test/backend.ts';
import { normalizeUrl, urlProblem } from './ConfigEditor.tsx';
import { checkHealth } from './health.ts';

startBackend();
const check = () => checkHealth(createClient('cnapp-slo'));

test('a healthy processor is told from one that hears nothing', async () => {
  expect(await check()).toEqual({
    status: 'success',
    message: 'Connected. 3 of 5 sources are fresh, 3 SLIs are computed.',
  });
  answerWith(200, { items: [], next_cursor: null });
  expect((await check()).message).toMatch(/has not received any telemetry yet.*port 4317/);
});

test.each([
  [502, 'Bad Gateway', /cannot reach the processor.*"localhost" is Grafana itself/],
  [400, { message: 'Authentication to data source failed' }, /valid API token/],
  [403, { code: 'forbidden', title: 'Forbidden' }, /needs the permission "read"/],
  [404, 'nginx', /no \/api\/v1.*port 8080/],
  [200, '<html>', /a proxy or a login page/],
])('status %d with %p says how to mend it', async (status, body, advice) => {
  answerWith(status, body);
  const result = await check();
  expect(result.status).toBe('error');
  expect(result.message).toMatch(advice);
});

test.each([
  [' http://cnapp:8080/ ', 'http://cnapp:8080'],
  ['http://cnapp:8080/api/v1/', 'http://cnapp:8080'],
  ['https://host/cnapp', 'https://host/cnapp'],
])('the address %p is kept as %s', (entered, kept) => {
  expect(normalizeUrl(entered)).toBe(kept);
});

test('an address without a scheme is refused while it is typed', () => {
  expect(urlProblem('cnapp:8080')).toMatch(/http:\/\/ or https:\/\//);
  expect(urlProblem('http://cnapp:8080')).toBeNull();
  expect(urlProblem('')).toBeNull();
});
