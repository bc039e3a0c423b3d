import { locationService } from '@grafana/runtime';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { NOW_MS, startBackend } from '../../test/backend.ts';
import { startGrafana } from '../../test/grafana.ts';
import { renderApp } from '../../test/render-app.tsx';

startBackend();
startGrafana();
beforeEach(() => jest.spyOn(Date, 'now').mockReturnValue(NOW_MS));
afterEach(() => jest.restoreAllMocks());

test('an SLI’s number is explained from the records on, with the reasons for what is left out', async () => {
  renderApp('/debug?sli=mttr');
  const excluded = (await screen.findByText('Excluded')).closest('li') as HTMLElement;
  expect(within(excluded).getByText(/labelled a false positive/)).toBeInTheDocument();
  await userEvent.click(within(excluded).getByRole('link', { name: 'Show them' }));
  await waitFor(() => expect(locationService.getLocation().pathname).toBe('/a/cnapp-slo-app/slis/mttr'));
  expect(locationService.getSearchObject()).toMatchObject({ role: 'excluded' });
});

test('the inventory is searched, and leads to an asset with what is held against it', async () => {
  renderApp('/debug');
  const all = (await screen.findAllByRole('link')).filter((link) => link.getAttribute('href')?.includes('/assets/'));
  const name = all[0]?.textContent ?? '';
  await userEvent.type(screen.getByRole('textbox', { name: 'Search the inventory' }), name);
  const [found] = await screen.findAllByRole('link', { name });
  await userEvent.click(found as HTMLElement);
  expect(await screen.findByRole('heading', { level: 1, name })).toBeInTheDocument();
  expect(await screen.findByRole('heading', { name: 'Changes' })).toBeInTheDocument();
});

test('an asset that is not there leads back to the inventory', async () => {
  renderApp('/assets/none');
  expect(await screen.findByText(/There is no asset "none"/)).toBeInTheDocument();
  expect(screen.getByRole('link', { name: 'To the inventory' })).toBeInTheDocument();
});
