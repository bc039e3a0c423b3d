import {
  DEFAULT_SAMPLING,
  hostMinute,
  paretoCurve,
  type RecordedItem,
  type SamplingPolicy,
  simulate,
  type Tier,
} from '@cnapp-slo/model';
import { config } from '@grafana/runtime';
import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { HttpResponse, http } from 'msw';
import type { RolloutJson } from '../../api/sampling-client.ts';
import { NOW_MS, server, startBackend } from '../../test/backend.ts';
import { startGrafana } from '../../test/grafana.ts';
import { renderApp } from '../../test/render-app.tsx';

startBackend();
startGrafana();

const tiers: readonly Tier[] = ['T0', 'T1', 'T2', 'T3'];
const criticality = { T0: 'c0', T1: 'c1', T2: 'c2', T3: 'c3' } as const;
const keepAll: SamplingPolicy = {
  ...DEFAULT_SAMPLING,
  revision: 'r1',
  probability: { T0: 1, T1: 1, T2: 1, T3: 1 },
};
/** Four hosts, an hour of them; an attack on each in one minute. */
const items: RecordedItem[] = tiers.flatMap((tier) =>
  Array.from({ length: 60 }, (_, minute) => ({
    atMs: minute * 60_000,
    events: 10,
    bytes: 1000,
    unit: hostMinute(tier, minute * 60_000),
    template: 'log',
    asset: tier,
    criticality: criticality[tier],
    tier,
    source: 'vpc-flow',
    eventClass: 'network',
    rule: minute === 7 ? 'log' : null,
    phase: minute === 7 ? `attack on ${tier}` : null,
  })),
);
const settings = {
  prices: { ingestPerGb: 0.5, storedPerGbMonth: 0.03, retentionMonths: 12 },
  seconds: 3600,
};

const at = 'http://localhost/api/datasources/proxy/uid/:uid/v1/sampling';
const asked: object[] = [];
let posted: unknown[] = [];

function rollout(more: Partial<RolloutJson> = {}): RolloutJson {
  return {
    id: 'a',
    step: 'shadow',
    since: new Date(NOW_MS).toISOString(),
    superseded: false,
    revision: 'r1+a',
    diff: '-  T2: 1\n+  T2: 0.5',
    prediction: { kept_share_before: 1, kept_share: 0.875, cost_per_month_before: 10, cost_per_month: 8.75 },
    override_reason: null,
    canary_share: null,
    guards: [{ guard: 'critical_recall', value: 1, limit: 1, bound: 'least', broken: false }],
    next: [
      { step: 'canary', from: new Date(NOW_MS - 1000).toISOString() },
      { step: 'reverted', from: new Date(NOW_MS - 1000).toISOString() },
    ],
    steps: [
      {
        step: 'proposed',
        at: new Date(NOW_MS).toISOString(),
        actor: 'ana',
        actor_kind: 'human',
        reason: 'the bill',
        override_reason: null,
        losses: [],
        broken: [],
      },
    ],
    ...more,
  };
}

function answerWith({ mode = 'shadow', rollouts = [] as RolloutJson[], isRecorded = true } = {}): void {
  const lines = ({ probability }: SamplingPolicy) => tiers.map((tier) => `  ${tier}: ${probability[tier]}`);
  server.use(
    http.get(at, () =>
      HttpResponse.json({
        mode,
        revision: 'r1',
        file_revision: 'r1',
        probability: keepAll.probability,
        heavy_items: 100,
        whole: ['T0'],
        assets: { T0: 100, T1: 100, T2: 150, T3: 150 },
        last_day: { bytes: 240_000, kept_bytes: 240_000 },
      }),
    ),
    http.get(`${at}/assets`, () =>
      HttpResponse.json({
        items: Array.from({ length: 500 }, (_, index) => ({
          asset_id: `arn:aws:ec2::instance/i-${index}`,
          name: null,
          kind: 'ec2_instance',
          criticality: criticality[tiers[index % 4] ?? 'T3'],
          tier: tiers[index % 4],
          reasons: index === 4 ? ['open incident', 'criticality c0'] : [`criticality c${index % 4}`],
        })),
        next_cursor: null,
      }),
    ),
    http.get(`${at}/rollouts`, () => HttpResponse.json({ items: rollouts, next_cursor: null })),
    http.post(`${at}/simulations`, async ({ request }) => {
      const body = (await request.json()) as {
        probability?: Record<Tier, number>;
        pareto: boolean;
        budget_share?: number;
      };
      asked.push(body);
      if (!isRecorded) return HttpResponse.json({ code: 'nothing_recorded', title: 'Conflict' }, { status: 409 });
      const share = { T0: 1, T1: 1, T2: 0.4, T3: 0.4 };
      const probability = body.budget_share === undefined ? { ...keepAll.probability, ...body.probability } : share;
      const policy = { ...keepAll, probability };
      const current = simulate(items, { ...settings, policy: keepAll });
      const candidate = simulate(items, { ...settings, policy });
      const [before, after] = [lines(keepAll), lines(policy)];
      return HttpResponse.json({
        current,
        candidate,
        probability,
        pareto: body.pareto ? paretoCurve(items, { ...settings, policy: keepAll }) : null,
        diff: after
          .flatMap((line, index) => (line === before[index] ? [] : [`-${before[index]}`, `+${line}`]))
          .join('\n'),
        needs_override: candidate.critical_losses.length > 0,
        losses: candidate.critical_losses,
        window_seconds: 3600,
      });
    }),
    http.post(`${at}/rollouts`, async ({ request }) => {
      posted.push(await request.json());
      return HttpResponse.json(rollout(), { status: 201 });
    }),
    http.post(`${at}/rollouts/:step`, async ({ request, params }) => {
      posted.push({ ...((await request.json()) as object), step: params.step });
      return HttpResponse.json(rollout());
    }),
  );
}

beforeEach(() => {
  posted = [];
  jest.spyOn(Date, 'now').mockReturnValue(NOW_MS);
  Object.assign(config.bootData.user, { orgRole: 'Admin', login: 'ana' });
});
afterEach(() => jest.restoreAllMocks());

test('a slider says what less of a tier would save, and that nothing critical is lost', async () => {
  answerWith();
  renderApp('/sampling');
  fireEvent.change(await screen.findByRole('slider', { name: 'Share kept of T3' }), { target: { value: '-1' } });
  // A quarter of the bytes is T3's: of it a tenth stays.
  expect(await screen.findByText('Saves 22.5%')).toBeInTheDocument();
  expect(screen.getByText('No detection on c0 and c1 assets is lost')).toBeInTheDocument();
  const recall = screen.getByRole('row', { name: /Recall on all assets/ });
  // (3 + .1) / 4
  expect(within(recall).getByText('77.5%')).toBeInTheDocument();
  expect(within(recall).getByText('estimated')).toBeInTheDocument();
  expect(within(screen.getByRole('row', { name: /Recall on c0 and c1/ })).getByText('exact')).toBeInTheDocument();
  const heat = screen.getByRole('row', { name: /^T3 10%/ });
  expect(within(heat).getByText('1, before 100%')).toBeInTheDocument();
  expect(screen.getByRole('region', { name: 'Lines of the tiers file that change' })).toHaveTextContent(
    '- T3: 1+ T3: 0.1',
  );
});

test('a change that may lose a detection on c1 cannot be proposed without saying why', async () => {
  answerWith();
  renderApp('/sampling');
  fireEvent.change(await screen.findByRole('slider', { name: 'Share kept of T1' }), { target: { value: '-1' } });
  expect(await screen.findByText('1 detections on c0 or c1 assets may leave no trace')).toBeInTheDocument();
  expect(screen.getByText('Detection on T1: seen with a chance of 10%')).toBeInTheDocument();
  const propose = screen.getByRole('button', { name: 'Propose this change' });
  await userEvent.type(screen.getByRole('textbox', { name: 'Why' }), 'the bill');
  expect(propose).toBeDisabled();
  await userEvent.type(screen.getByRole('textbox', { name: /Why these detections may be lost/ }), 'the SIEM has them');
  await userEvent.click(propose);
  await waitFor(() => expect(posted).toHaveLength(1));
  expect(posted[0]).toMatchObject({
    probability: { T0: 1, T1: 0.1, T2: 1, T3: 1 },
    reason: 'the bill',
    override_reason: 'the SIEM has them',
    actor: 'ana',
  });
});

test('a budget sets the sliders to the best shares', async () => {
  answerWith();
  renderApp('/sampling');
  await userEvent.click(await screen.findByRole('button', { name: 'Best shares' }));
  await waitFor(() =>
    expect(screen.getByRole('slider', { name: 'Share kept of T2' })).toHaveAttribute('aria-valuetext', '40%'),
  );
  expect(await screen.findByText('Saves 30%')).toBeInTheDocument();
  expect(asked).toContainEqual({ budget_share: 0.7, whole: ['T0'], pareto: false });
});

test('a viewer sees what a change would do, and is told who can propose it', async () => {
  Object.assign(config.bootData.user, { orgRole: 'Viewer' });
  answerWith({ rollouts: [rollout()] });
  renderApp('/sampling');
  fireEvent.change(await screen.findByRole('slider', { name: 'Share kept of T3' }), { target: { value: '-1' } });
  expect(await screen.findByText(/Editors can propose this change/)).toBeInTheDocument();
  for (const name of ['Propose this change', 'Start the canary', 'Take it back'])
    expect(screen.queryByRole('button', { name })).not.toBeInTheDocument();
});

test('an editor takes a change back, and leaves the canary to administrators', async () => {
  Object.assign(config.bootData.user, { orgRole: 'Editor' });
  answerWith({ rollouts: [rollout()] });
  renderApp('/sampling');
  expect(await screen.findByRole('button', { name: 'Start the canary' })).toHaveAttribute('aria-disabled', 'true');
  await userEvent.click(screen.getByRole('button', { name: 'Take it back' }));
  const dialog = within(await screen.findByRole('dialog'));
  await userEvent.type(dialog.getByRole('textbox', { name: 'Why' }), 'wrong month');
  await userEvent.click(dialog.getByRole('button', { name: 'Taken back' }));
  await waitFor(() =>
    expect(posted).toEqual([{ step: 'reverted', rollout_id: 'a', reason: 'wrong month', actor: 'ana' }]),
  );
});

test('of a change that a guard has taken back the page says which guard', async () => {
  const broken = [{ guard: 'critical_recall', value: 0, limit: 1, bound: 'least', broken: true } as const];
  const [first] = rollout().steps;
  const last = {
    ...first,
    step: 'reverted',
    actor: 'guard',
    actor_kind: 'automation',
    reason: 'critical_recall 0',
    broken,
  };
  answerWith({
    rollouts: [rollout({ step: 'reverted', guards: null, next: [], steps: [first, last] as RolloutJson['steps'] })],
  });
  renderApp('/sampling');
  const guard = await screen.findByRole('row', { name: /Detections on c0 and c1 that still leave a trace/ });
  expect(within(guard).getByText('Broken')).toBeInTheDocument();
  expect(within(guard).getByText('at least 100%')).toBeInTheDocument();
  expect(screen.getByText('by a guard')).toBeInTheDocument();
});

test('five hundred assets are gone through by arrow keys, each with its reasons', async () => {
  answerWith();
  renderApp('/sampling');
  const group = await screen.findByRole('group', { name: 'Assets in T0' });
  const cells = within(group).getAllByRole('button');
  expect(cells).toHaveLength(125);
  expect(cells.filter((cell) => cell.tabIndex === 0)).toHaveLength(1);
  act(() => cells[0]?.focus());
  await userEvent.keyboard('{ArrowRight}');
  expect(await screen.findByText('open incident')).toBeInTheDocument();
  expect(screen.getByRole('link', { name: 'i-4' })).toBeInTheDocument();
});

test('with nothing recorded, or sampling off, the page says what to do', async () => {
  answerWith({ isRecorded: false });
  const { unmount } = renderApp('/sampling');
  expect(await screen.findByText('No telemetry was recorded yet')).toBeInTheDocument();
  unmount();
  answerWith({ mode: 'off' });
  renderApp('/sampling');
  expect(await screen.findByText('The processor does not look at sampling yet')).toBeInTheDocument();
});
