import { screen, within } from '@testing-library/react';
import { answerWith, NOW_MS, startBackend } from '../../test/backend.ts';
import { startGrafana } from '../../test/grafana.ts';
import { renderApp } from '../../test/render-app.tsx';

startBackend();
startGrafana();
beforeEach(() => jest.spyOn(Date, 'now').mockReturnValue(NOW_MS));
afterEach(() => jest.restoreAllMocks());

test('the figures come with what they were before, or why they are unknown', async () => {
  renderApp('/executive');
  const figures = within(await screen.findByRole('region', { name: 'Key figures' }));
  expect(figures.getByText('Mean time to remediate')).toBeInTheDocument();
  expect(figures.getByText(/in the period before/)).toBeInTheDocument();
  // This processor does not compute M10.
  expect(figures.getByText('the processor gave no reason')).toBeInTheDocument();
});

test('each service shows what its gate decides', async () => {
  renderApp('/executive');
  const gates = await screen.findAllByText('Warn');
  expect(gates.length).toBeGreaterThan(0);
  expect(screen.getAllByText('40%')).toHaveLength(gates.length);
});

test('what cannot be loaded says so, each part for itself', async () => {
  answerWith(502, 'Bad Gateway');
  renderApp('/executive');
  expect(await screen.findByText('The figures could not be loaded')).toBeInTheDocument();
  expect(await screen.findByText('The release gate could not be asked')).toBeInTheDocument();
});

test('frameworks stand by their score, the worst first, those that nobody assesses last', async () => {
  renderApp('/executive');
  const table = (await screen.findByText('CIS-3.0')).closest('table') as HTMLElement;
  const rows = within(table).getAllByRole('row').slice(1);
  expect(
    rows.map((row) =>
      within(row)
        .getAllByRole('cell')
        .map(({ textContent }) => textContent),
    ),
  ).toEqual([
    ['CIS-3.0CIS', '60%', '2', '5 of 10'],
    ['PCI-4.0PCI DSS', '100%', '0', '2 of 2'],
    ['SOC2SOC 2', '–', '0', '0 of 4'],
  ]);
});
