import { config, getDataSourceSrv, locationService } from '@grafana/runtime';
import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { acceptPosts, answerWith, NOW_MS, server, startBackend } from './test/backend.ts';
import { startGrafana } from './test/grafana.ts';
import { renderApp } from './test/render-app.tsx';

startBackend();
startGrafana();
beforeEach(() => jest.spyOn(Date, 'now').mockReturnValue(NOW_MS));
afterEach(() => jest.restoreAllMocks());

const card = async (title: string) => {
  const heading = await screen.findByRole('heading', { name: title });
  return within(heading.closest('article') as HTMLElement);
};

test('without a data source of ours, every page says what to do first', async () => {
  const list = jest.spyOn(getDataSourceSrv(), 'getList').mockReturnValue([]);
  renderApp('/overview');
  expect(await screen.findByText('No processor is connected yet')).toBeInTheDocument();
  expect(screen.getByRole('link', { name: 'Add a CNAPP SLO data source' })).toBeInTheDocument();
  list.mockRestore();
});

test('a viewer is told that alert rules are for editors, without asking Grafana for what it would refuse', async () => {
  Object.assign(config.bootData.user, { orgRole: 'Viewer' });
  renderApp('/alert-rules');
  expect(await screen.findByText('Your role may not see provisioned alert rules')).toBeInTheDocument();
});

describe('the overview', () => {
  test('says first whether the numbers can be trusted', async () => {
    renderApp('/overview');
    const strip = within(await screen.findByRole('region', { name: 'Can the numbers be trusted?' }));
    expect(strip.getByText('3 of 5 fresh')).toBeInTheDocument();
    expect(strip.getByText('falco · prod-us-1')).toBeInTheDocument();
    expect(await strip.findByText('97%')).toBeInTheDocument();
  });

  test('shows the ratio largest, with value, budget and burn beneath', async () => {
    renderApp('/overview');
    const mttd = await card('MTTD risky configuration');
    // 123 good of 135 decided: 91.1 %; of a budget of 5 % 8.9 % are spent: 78 % too much.
    expect(mttd.getByText('91.1%')).toBeInTheDocument();
    expect(mttd.getByText('objective 95%')).toBeInTheDocument();
    expect(mttd.getByText('overspent by 78%')).toBeInTheDocument();
    expect(mttd.getByText('Breached')).toBeInTheDocument();
    expect(mttd.getByText('6.1×')).toBeInTheDocument();
  });

  test('shows what is unknown as no data with the reason, never as zero', async () => {
    renderApp('/overview');
    const drift = await card('Drift rate');
    expect(drift.getAllByText('No data')).toHaveLength(2);
    expect(drift.getByText('no events')).toBeInTheDocument();
    expect(drift.queryByText(/0%/)).not.toBeInTheDocument();
  });

  test('says what happened when the processor is gone, and comes back by itself', async () => {
    jest.useFakeTimers({ doNotFake: ['queueMicrotask', 'performance', 'Date'], advanceTimers: true });
    answerWith(502, 'Bad Gateway');
    renderApp('/overview');
    expect(await screen.findByText('The SLIs could not be loaded')).toBeInTheDocument();
    expect(screen.getAllByText(/cannot reach the processor/).length).toBeGreaterThan(0);
    server.resetHandlers();
    act(() => jest.advanceTimersByTime(5_000));
    expect(await screen.findByText('91.1%')).toBeInTheDocument();
    jest.useRealTimers();
  });

  test('filters by what the URL says', async () => {
    renderApp('/overview?var-team=payments');
    await card('MTTR remediation');
    await waitFor(() => expect(screen.queryByText('125 good')).not.toBeInTheDocument());
  });
});

describe('an SLI’s page', () => {
  test('lists the episodes behind the number, by role', async () => {
    renderApp('/slis/mttr');
    expect(await screen.findByRole('heading', { level: 1, name: 'MTTR remediation' })).toBeInTheDocument();
    expect(await screen.findByText('95.42%')).toBeInTheDocument();
    await userEvent.click(await screen.findByRole('radio', { name: 'Excluded (5)' }));
    await waitFor(() => expect(screen.getAllByRole('row')).toHaveLength(6));
    expect(screen.getAllByText('labelled a false positive')).toHaveLength(5);
    expect(locationService.getSearchObject()).toMatchObject({ role: 'excluded' });
  });

  test('leads to the finding, with the episode', async () => {
    renderApp('/slis/mttr?role=bad');
    const [link] = await screen.findAllByRole('link', { name: /S3 bucket|Security group|Policy|Privileged/ });
    expect(link).toHaveAttribute(
      'href',
      expect.stringMatching(/^\/a\/cnapp-slo-app\/findings\/f_\w+\?.*episode=f_\w+\.1/),
    );
  });

  test('of an SLI that is not there says so', async () => {
    renderApp('/slis/no-such-sli');
    expect(await screen.findByText('The processor has no SLI "no-such-sli"')).toBeInTheDocument();
  });
});

describe('a finding’s page', () => {
  test('shows clocks with source and precision, cause and fix', async () => {
    renderApp('/findings/f_00000000000a');
    expect(await screen.findByRole('heading', { level: 1, name: 'Privileged container' })).toBeInTheDocument();
    const clocks = within((await screen.findByText('Change took effect')).closest('ol') as HTMLElement);
    expect(clocks.getAllByRole('listitem')).toHaveLength(8);
    expect(clocks.getByText('inferred')).toBeInTheDocument();
    expect(screen.getByText('No data: Triaged')).toBeInTheDocument();
    expect(screen.getByRole('heading', { name: 'What changed' })).toBeInTheDocument();
    expect(screen.getByRole('heading', { name: 'What fixed it' })).toBeInTheDocument();
  });

  test('of a finding that is not there leads back to the list', async () => {
    renderApp('/findings/f_none');
    expect(await screen.findByText(/There is no finding "f_none"/)).toBeInTheDocument();
    expect(screen.getByRole('link', { name: 'To the findings' })).toHaveAttribute(
      'href',
      expect.stringContaining('/findings'),
    );
  });
});

describe('the on-call page', () => {
  beforeEach(() => Object.assign(config.bootData.user, { login: 'ana', orgRole: 'Editor' }));

  test('shows active incidents, and the burn-rate alerts that fire', async () => {
    renderApp('/on-call');
    const [incident] = await screen.findAllByRole('link', { name: /S3 bucket|Policy allows/ });
    expect(incident).toHaveAttribute('href', expect.stringMatching(/\/incidents\/i_f_\w+/));
    expect(await screen.findByText('71 % bad in the last 1h')).toBeInTheDocument();
    expect(screen.getByText('1 rules are quiet')).toBeInTheDocument();
  });

  test('acknowledges with a click, in the name of who is signed in', async () => {
    const posted = acceptPosts('acknowledgements');
    renderApp('/on-call');
    const [button] = await screen.findAllByRole('button', { name: 'Acknowledge' });
    await userEvent.click(button as HTMLElement);
    await waitFor(() => expect(posted).toEqual([{ subject_id: expect.stringMatching(/^i_/), actor: 'ana' }]));
  });

  test('gives a verdict from the incident’s page', async () => {
    const posted = acceptPosts('verdicts');
    renderApp('/incidents/i_f_000000000001');
    await userEvent.click(await screen.findByRole('button', { name: 'Verdict' }));
    await userEvent.click(await screen.findByText('False positive'));
    await waitFor(() => expect(posted).toEqual([{ subject_id: 'i_f_000000000001', verdict: 'fp', actor: 'ana' }]));
  });

  test('offers a viewer nothing that would be refused', async () => {
    Object.assign(config.bootData.user, { orgRole: 'Viewer' });
    renderApp('/on-call');
    await screen.findAllByRole('link', { name: /S3 bucket|Policy allows/ });
    expect(screen.queryByRole('button', { name: 'Acknowledge' })).not.toBeInTheDocument();
  });
});
