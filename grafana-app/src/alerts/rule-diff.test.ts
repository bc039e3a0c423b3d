import { DEFAULT_OPTIONS, grafanaApiRequest } from '@cnapp-slo/alert-rules';
import { productSlos } from './product-slos.ts';
import { diffGroup, isUpToDate, type ProvisionedRule } from './rule-diff.ts';

const slo = productSlos().find(({ id }) => id === 'mttr');
if (slo === undefined) throw new Error('no SLO "mttr"');
const request = grafanaApiRequest(slo, '', DEFAULT_OPTIONS);

/** As Grafana 12.3 gives a rule back: with ids and times, and limits of its own in every query. */
const asInstalled = (rule: Record<string, unknown>): ProvisionedRule => ({
  ...(rule as unknown as ProvisionedRule),
  id: 7,
  updated: '2026-11-22T12:00:00Z',
  folderUID: 'abc',
  ruleGroup: request.body.title,
  provenance: '',
  notification_settings: null,
  data: (rule.data as { model: object }[]).map((query) => ({
    ...query,
    queryType: '',
    model: { ...query.model, intervalMs: 1000, maxDataPoints: 43200 },
  })),
});
const installed = request.body.rules.map(asInstalled);

test('what Grafana adds to a rule is no difference', () => {
  const diff = diffGroup(request, installed);
  expect(diff.rules.flatMap(({ differences }) => differences)).toEqual([]);
  expect(isUpToDate(diff)).toBe(true);
});

test('on a bare Grafana everything is missing', () => {
  const { rules } = diffGroup(request, []);
  expect(new Set(rules.map(({ state }) => state))).toEqual(new Set(['missing']));
  expect(rules).toHaveLength(request.body.rules.length);
});

test('a changed expression is named by where it stands, with both sides', () => {
  const [first, ...others] = installed as [ProvisionedRule, ...ProvisionedRule[]];
  const [query, ...queries] = first.data as [{ model: object }, ...object[]];
  const changed = { ...first, data: [{ ...query, model: { ...query.model, expr: 'up' } }, ...queries] };
  const [rule] = diffGroup(request, [changed, ...others]).rules;
  expect(rule?.state).toBe('changed');
  expect(rule?.differences).toMatchObject([{ path: 'data.A.model.expr', installed: 'up' }]);
});

test('a rule of the group that is no longer wanted is shown, one of another group is not', () => {
  const [first] = installed as [ProvisionedRule];
  const extra = { ...first, uid: 'cnapp-mttr-old', title: 'old' };
  const foreign = { ...first, uid: 'disk-full', ruleGroup: 'nodes' };
  const { rules } = diffGroup(request, [...installed, extra, foreign]);
  expect(rules.filter(({ state }) => state === 'extra').map(({ uid }) => uid)).toEqual(['cnapp-mttr-old']);
});

test('what files provisioned is locked', () => {
  expect(
    diffGroup(
      request,
      installed.map((rule) => ({ ...rule, provenance: 'file' })),
    ).isLocked,
  ).toBe(true);
  expect(diffGroup(request, installed).isLocked).toBe(false);
});
