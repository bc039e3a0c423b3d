import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { HttpResponse, http } from 'msw';
import { server, startBackend } from '../../test/backend.ts';
import { Lint } from './Lint.tsx';

startBackend();

const prometheus = 'http://localhost/api/datasources/proxy/uid/prom/api/v1';
const answer = (data: unknown) => () => HttpResponse.json({ status: 'success', data });
/** One series with every label that an SLO of ours groups by, and a type that can be counted. */
const series = [{ metric: { sli: 'x', tenant: 'x', source: 'x', format: 'x', instance: 'x' }, value: [0, '100000'] }];

test('the product’s objectives are fine as they are written', async () => {
  render(<Lint dataSourceUid="prom" />);
  expect(screen.getByText('12 objectives as they are written: nothing to complain of')).toBeInTheDocument();
});

test('a Prometheus that does not scrape the processor is told by the series that it lacks', async () => {
  server.use(
    http.get(`${prometheus}/query`, answer({ resultType: 'vector', result: [] })),
    http.get(`${prometheus}/metadata`, answer({})),
  );
  render(<Lint dataSourceUid="prom" />);
  await userEvent.click(screen.getByRole('button', { name: 'Check against Prometheus' }));
  expect(await screen.findAllByText('Correct the selector, or scrape its target')).not.toHaveLength(0);
  expect(screen.getAllByText('Error')).not.toHaveLength(0);
});

test('one that has all of them gives no cause to complain', async () => {
  server.use(
    http.get(`${prometheus}/query`, answer({ resultType: 'vector', result: series })),
    http.get(`${prometheus}/metadata`, answer({})),
  );
  render(<Lint dataSourceUid="prom" />);
  await userEvent.click(screen.getByRole('button', { name: 'Check against Prometheus' }));
  expect(
    await screen.findByText('In Prometheus: every series that they read is there, of the right type'),
  ).toBeInTheDocument();
});

test('a Prometheus that cannot be asked is no clean result', async () => {
  server.use(http.get(`${prometheus}/query`, () => HttpResponse.json({ message: 'bad gateway' }, { status: 502 })));
  render(<Lint dataSourceUid="prom" />);
  await userEvent.click(screen.getByRole('button', { name: 'Check against Prometheus' }));
  expect(await screen.findByText('Prometheus could not be asked')).toBeInTheDocument();
});
