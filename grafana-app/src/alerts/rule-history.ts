import { getBackendSrv } from '@grafana/runtime';
import { lastValueFrom } from 'rxjs';
import { ApiError, toApiError } from '../api/api-error.ts';
import type { SloRule } from './slo-rules.ts';

/** One change of a rule's state, in Grafana's words: `Normal`, `Pending`, `Alerting` … */
export interface Transition {
  atMs: number;
  rule: Pick<SloRule, 'uid' | 'title'>;
  before: string;
  after: string;
}

/** A data frame as `/api/v1/rules/history` answers: with the columns prev and next where Grafana keeps states as annotations, with lines of JSON where in Loki. */
interface HistoryFrame {
  schema: { fields: { name: string }[] };
  data: { values: unknown[][] };
}

/** The latest changes of each rule's state between two instants (epoch ms), newest first. */
export async function fetchRuleHistory(
  rules: readonly SloRule[],
  fromMs: number,
  toMs: number,
  limit: number,
): Promise<Transition[]> {
  const range = { from: Math.floor(fromMs / 1000), to: Math.ceil(toMs / 1000), limit };
  try {
    const histories = await Promise.all(
      rules.map(async (rule) => {
        const params = { ...range, ruleUID: rule.uid };
        const options = { url: '/api/v1/rules/history', params, showErrorAlert: false };
        const { data } = await lastValueFrom(getBackendSrv().fetch<HistoryFrame>(options));
        return transitionsOf(data, rule);
      }),
    );
    return histories
      .flat()
      .toSorted((a, b) => b.atMs - a.atMs)
      .slice(0, limit);
  } catch (reason) {
    throw toApiError(reason);
  }
}

export function transitionsOf({ schema, data }: HistoryFrame, rule: Transition['rule']): Transition[] {
  if (!Array.isArray(schema?.fields) || !Array.isArray(data?.values))
    throw new ApiError('nonsense', 'Grafana answered without a state history');
  const column = (name: string) => data.values[schema.fields.findIndex((field) => field.name === name)];
  return (column('time') ?? []).map((time, row) => {
    const line = column('line')?.[row] as { previous?: string; current?: string } | undefined;
    return {
      atMs: Number(time),
      rule,
      before: stateOf(line?.previous ?? column('prev')?.[row]),
      after: stateOf(line?.current ?? column('next')?.[row]),
    };
  });
}

/** `Normal (MissingSeries)` is normal, for a reason that says nothing to readers of an objective. */
const stateOf = (text: unknown): string => String(text ?? '').replace(/ \(.*$/, '');
