import { locationService } from '@grafana/runtime';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { NOW_MS, requests, startBackend } from '../../test/backend.ts';
import { startGrafana } from '../../test/grafana.ts';
import { renderApp } from '../../test/render-app.tsx';

startBackend();
startGrafana();
beforeEach(() => jest.spyOn(Date, 'now').mockReturnValue(NOW_MS));
afterEach(() => jest.restoreAllMocks());

test('cards are grouped by a label, each group with its own numbers, and the choice is in the URL', async () => {
  const asked = requests();
  renderApp('/overview');
  await userEvent.click(await screen.findByRole('radio', { name: 'Team' }));
  expect(locationService.getSearchObject()).toMatchObject({ group: 'team' });
  const payments = await screen.findByRole('region', { name: 'payments' });
  const card = (await within(payments).findByText('MTTR remediation')).closest('a');
  expect(card).toHaveAttribute('href', expect.stringContaining('var-team=payments'));
  await waitFor(() =>
    expect(asked.some((url) => url.pathname.endsWith('/slis') && url.searchParams.get('team') === 'payments')).toBe(
      true,
    ),
  );
  expect(within(payments).getByRole('link', { name: 'Only this' })).toHaveAttribute(
    'href',
    expect.stringMatching(/\/overview\?.*var-team=payments/),
  );
});

test('a filter on the label that groups leaves one group', async () => {
  renderApp('/overview?group=severity&var-severity=critical');
  expect(await screen.findByRole('region', { name: 'critical' })).toBeInTheDocument();
  expect(screen.queryByRole('region', { name: 'high' })).not.toBeInTheDocument();
});

test('a card says whose the misses are', async () => {
  renderApp('/overview');
  expect((await screen.findAllByText(/^Most misses: \w/)).length).toBeGreaterThan(0);
});
