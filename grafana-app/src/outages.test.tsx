import { act, screen, waitFor } from '@testing-library/react';
import { answerWith, holdAnswers, NOW_MS, server, startBackend } from './test/backend.ts';
import { startGrafana } from './test/grafana.ts';
import { renderApp } from './test/render-app.tsx';

startBackend();
startGrafana();
beforeEach(() => {
  jest.spyOn(Date, 'now').mockReturnValue(NOW_MS);
  jest.useFakeTimers({ doNotFake: ['queueMicrotask', 'performance', 'Date'], advanceTimers: true });
});
afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});

/** Each page, with what it could not show, and what is there again afterwards. */
const pages: [path: string, title: string, content: RegExp][] = [
  ['/overview', 'The SLIs could not be loaded', /^MTTD risky configuration$/],
  ['/slis/mttr', 'The SLI could not be loaded', /^95\.42%$/],
  ['/executive', 'The figures could not be loaded', /^Objectives met$/],
  ['/on-call', 'The incidents could not be loaded', /^Firing$/],
  ['/incidents/i_f_000000000001', 'The incident could not be loaded', /^What is affected$/],
  ['/findings', 'The findings could not be loaded', /^Last seen$/],
  ['/findings/f_00000000000a', 'The finding could not be loaded', /^Change took effect$/],
  ['/debug', 'The inventory could not be loaded', /^Declared in$/],
];

const outages: [state: string, status: number, body: object | string, advice: RegExp][] = [
  ['down', 502, 'Bad Gateway', /cannot reach the processor/],
  ['unauthorised', 400, { message: 'Authentication to data source failed' }, /wants a valid API token/],
  ['nonsense', 200, '<html>Sign in</html>', /not the processor’s API/],
];

describe.each(pages)('%s', (path, title, content) => {
  test.each(outages)('with the processor %s says so, and recovers by itself', async (_, status, body, advice) => {
    answerWith(status, body);
    renderApp(path);
    expect(await screen.findByText(title)).toBeInTheDocument();
    expect(screen.getAllByText(advice).length).toBeGreaterThan(0);
    server.resetHandlers();
    act(() => jest.advanceTimersByTime(5_000));
    expect((await screen.findAllByText(content)).length).toBeGreaterThan(0);
    await waitFor(() => expect(screen.queryByText(title)).not.toBeInTheDocument());
  });

  test('with the processor slow says that it waits, and goes on', async () => {
    const release = holdAnswers();
    renderApp(path);
    await waitFor(() => expect(screen.queryAllByRole('heading').length).toBeGreaterThan(0));
    act(() => jest.advanceTimersByTime(5_000));
    expect((await screen.findAllByText(/has not answered yet/)).length).toBeGreaterThan(0);
    release();
    expect((await screen.findAllByText(content)).length).toBeGreaterThan(0);
  });
});
