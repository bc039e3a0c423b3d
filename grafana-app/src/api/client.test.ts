import { answerWith, holdAnswers, requests, startBackend } from '../test/backend.ts';
import { ApiError } from './api-error.ts';
import { createClient } from './client.ts';

startBackend();
const client = createClient('cnapp-slo');

test('filters on "All" are not sent', async () => {
  const all = await client.findings({ team: '*', severity: '', limit: 500 });
  const payments = await client.findings({ team: 'payments', limit: 500 });
  expect(all.items.length).toBeGreaterThan(payments.items.length);
  expect(new Set(payments.items.map(({ team }) => team))).toEqual(new Set(['payments']));
});

test.each([
  ['nothing listens', 502, 'Bad Gateway', 'unreachable', true],
  ['the token is wrong', 400, { message: 'Authentication to data source failed' }, 'unauthorized', true],
  [
    'the token reaches less',
    403,
    { title: 'Forbidden', code: 'forbidden', detail: 'lacks the permission read' },
    'forbidden',
    false,
  ],
  ['there is no such finding', 404, { title: 'Not found', code: 'not_found' }, 'not_found', false],
  ['it is another server', 404, '<html>nginx</html>', 'wrong_address', true],
  [
    'the request is wrong',
    400,
    { title: 'Bad request', code: 'invalid_parameter', detail: '"window" …' },
    'rejected',
    false,
  ],
  ['the processor breaks', 500, { title: 'Internal error', code: 'internal' }, 'failed', true],
  ['it is a login page', 200, '<html>log in</html>', 'nonsense', true],
])('when %s it says so, and whether waiting helps', async (_, status, body, kind, isTransient) => {
  answerWith(status, body);
  const error = await client.finding('f_1').catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({ kind, isTransient });
});

test('the processor’s own words are kept', async () => {
  answerWith(403, { title: 'Forbidden', code: 'forbidden', detail: 'the token "viewer" lacks the permission read' });
  await expect(client.sources()).rejects.toThrow('the token "viewer" lacks the permission read');
});

test('an aborted request ends', async () => {
  const controller = new AbortController();
  const answer = client.sources(controller.signal);
  controller.abort();
  await expect(answer).rejects.toMatchObject({ name: 'AbortError' });
});

test('what several ask for at the same time is asked once, and one who leaves takes it from none', async () => {
  const asked = requests();
  const release = holdAnswers();
  const leaver = new AbortController();
  const left = client.slis({ window: '28d' }, leaver.signal);
  const stayed = [client.slis({ window: '28d' }), client.slis({ window: '28d' })];
  const other = client.slis({ window: '7d' });
  leaver.abort();
  release();
  await expect(left).rejects.toMatchObject({ name: 'AbortError' });
  const [one, two] = await Promise.all(stayed);
  expect(one).toEqual(two);
  await other;
  expect(asked.map((url) => url.search)).toEqual(['?window=28d', '?window=7d']);
  await client.slis({ window: '28d' });
  expect(asked).toHaveLength(3);
});
