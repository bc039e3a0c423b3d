import type { ApiRequest } from '@cnapp-slo/alert-rules';

/** A rule as Grafana's provisioning API gives and takes it, as far as it is read here. */
export interface ProvisionedRule extends Record<string, unknown> {
  uid: string;
  title: string;
  folderUID: string;
  ruleGroup: string;
  /** `file`: provisioned by files, which this page must leave alone. Empty: made in Grafana or here. */
  provenance?: string;
}

export interface Difference {
  /** Where in the rule, `data.A.model.expr`. */
  path: string;
  /** What is installed; undefined: nothing. */
  installed: unknown;
  wanted: unknown;
}

export interface RuleDiff {
  uid: string;
  title: string;
  /** `extra`: ours, and no longer wanted. */
  state: 'missing' | 'changed' | 'same' | 'extra';
  differences: Difference[];
}

export interface GroupDiff {
  request: ApiRequest;
  /** Provisioned by files: only they may change it. */
  isLocked: boolean;
  rules: RuleDiff[];
}

/** What installing a group would change. Grafana's additions to a rule (ids, times, limits of queries) are no difference. */
export function diffGroup(request: ApiRequest, installed: readonly ProvisionedRule[]): GroupDiff {
  const own = installed.filter(({ ruleGroup }) => ruleGroup === request.body.title);
  const wanted = request.body.rules as unknown as ProvisionedRule[];
  const rules = wanted.map((rule): RuleDiff => {
    const before = own.find(({ uid }) => uid === rule.uid);
    const { uid, title } = rule;
    if (before === undefined) return { uid, title, state: 'missing', differences: [] };
    const differences = compared.flatMap((field) => differencesOf(field, before[field], rule[field]));
    return { uid, title, state: differences.length === 0 ? 'same' : 'changed', differences };
  });
  const extra = own
    .filter(({ uid }) => !wanted.some((rule) => rule.uid === uid))
    .map(({ uid, title }): RuleDiff => ({ uid, title, state: 'extra', differences: [] }));
  return {
    request,
    isLocked: own.some(({ provenance }) => Boolean(provenance) && provenance !== 'api'),
    rules: [...rules, ...extra],
  };
}

export const isUpToDate = ({ rules }: GroupDiff): boolean => rules.every(({ state }) => state === 'same');

/** What a rule does. Its folder is wherever it is. */
const compared = [
  'title',
  'condition',
  'data',
  'for',
  'keep_firing_for',
  'noDataState',
  'execErrState',
  'labels',
  'annotations',
  'isPaused',
];

function differencesOf(path: string, installed: unknown, wanted: unknown): Difference[] {
  if (isObject(wanted) && isObject(installed)) {
    return Object.keys(wanted).flatMap((key) => differencesOf(`${path}.${key}`, installed[key], wanted[key]));
  }
  if (Array.isArray(wanted) && Array.isArray(installed)) {
    const missing =
      wanted.length === installed.length
        ? []
        : [{ path, installed: `${installed.length}`, wanted: `${wanted.length}` }];
    return [
      ...missing,
      ...wanted.flatMap((item, index) => differencesOf(`${path}.${item?.refId ?? index}`, installed[index], item)),
    ];
  }
  return installed === wanted || (isNothing(installed) && isNothing(wanted)) ? [] : [{ path, installed, wanted }];
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isNothing = (value: unknown) => value === undefined || value === null || value === '' || value === '0s';
