import { locationService } from '@grafana/runtime';
import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { holdAnswers, NOW_MS, requests, startBackend } from '../../test/backend.ts';
import { startGrafana } from '../../test/grafana.ts';
import { renderApp } from '../../test/render-app.tsx';

startBackend();
startGrafana();
beforeEach(() => jest.spyOn(Date, 'now').mockReturnValue(NOW_MS));
afterEach(() => jest.restoreAllMocks());
Element.prototype.scrollIntoView = () => {};

const explained = (url: URL) => url.pathname.endsWith('/slis/mttr/explain') && url.searchParams.get('limit') === '25';

test('a point of the trend is explained over the SLI’s own window, until one goes back to the time range', async () => {
  const asked = requests();
  renderApp('/slis/mttr?at=2026-11-15T00:00:00.000Z');
  expect(await screen.findByText(/^28d up to 2026-11-15/)).toBeInTheDocument();
  const { searchParams } = asked.filter(explained).at(-1) as URL;
  expect([searchParams.get('until'), searchParams.get('window')]).toEqual(['2026-11-15T00:00:00.000Z', null]);
  await userEvent.click(screen.getByRole('button', { name: 'Back to the time range' }));
  await waitFor(() => expect(asked.filter(explained).at(-1)?.searchParams.get('window')).toBe('28d'));
  expect(locationService.getSearchObject()).not.toHaveProperty('at');
});

test('an address with a time that is none explains the time range', async () => {
  renderApp('/slis/mttr?at=yesterday');
  expect(await screen.findByRole('radio', { name: /^All/ })).toBeInTheDocument();
  expect(screen.queryByRole('button', { name: 'Back to the time range' })).not.toBeInTheDocument();
});

test('how the alerts of an objective changed', async () => {
  renderApp('/slis/mttr');
  expect((await screen.findAllByText('Pending → Alerting')).length).toBeGreaterThan(0);
});

test('the number and its episodes are one answer', async () => {
  const asked = requests();
  renderApp('/slis/mttr');
  expect(await screen.findByText('95.42%')).toBeInTheDocument();
  expect(await screen.findByRole('radio', { name: /^All/ })).toBeInTheDocument();
  const first = asked.filter((url) => explained(url) && !url.searchParams.has('cursor'));
  expect(first).toHaveLength(1);
});

test('what takes long to draw waits for the words, but not for ever', async () => {
  const release = holdAnswers();
  renderApp('/slis/mttr');
  await screen.findByRole('heading', { name: 'Episodes behind the number' });
  expect(screen.queryByRole('heading', { name: 'Alerts on this objective' })).not.toBeInTheDocument();
  // Half a second.
  expect(await screen.findByRole('heading', { name: 'Alerts on this objective' })).toBeInTheDocument();
  expect(screen.queryByRole('radio', { name: /^All/ })).not.toBeInTheDocument();
  release();
  expect(await screen.findByRole('radio', { name: /^All/ })).toBeInTheDocument();
});
