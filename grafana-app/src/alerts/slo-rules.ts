import { getBackendSrv } from '@grafana/runtime';
import { lastValueFrom } from 'rxjs';
import { ApiError, toApiError } from '../api/api-error.ts';

/** A Grafana-managed rule about one of our SLOs, as far as pages show it. */
export interface SloRule {
  uid: string;
  title: string;
  /** The SLI's id, from the label `slo`; null for rules about the processor's own health. */
  slo: string | null;
  severity: string | null;
  state: 'firing' | 'pending' | 'recovering' | 'inactive';
  /** Evaluating it failed: it cannot fire. */
  error: string | null;
  /** Since when it fires or is pending, RFC 3339. */
  activeSince: string | null;
  summary: string | null;
}

/** The answer of `/api/prometheus/grafana/api/v1/rules`, as far as it is read here. */
interface RulesAnswer {
  data: {
    groups: {
      rules: {
        uid?: string;
        name: string;
        state?: string;
        health?: string;
        lastError?: string;
        labels?: Record<string, string>;
        annotations?: Record<string, string>;
        alerts?: { state: string; activeAt?: string; annotations?: Record<string, string> }[];
      }[];
    }[];
  };
}

/** Uids of the rules that alert-rules generates. */
const ours = /^cnapp-/;

/** The rules about our SLOs that this user may see: without the permission to read rules that is fewer, or none, and no error. */
export async function fetchSloRules(signal?: AbortSignal): Promise<SloRule[]> {
  const options = {
    url: '/api/prometheus/grafana/api/v1/rules',
    showErrorAlert: false,
    ...(signal ? { abortSignal: signal } : {}),
  };
  try {
    const { data } = await lastValueFrom(getBackendSrv().fetch<RulesAnswer>(options));
    return rulesOf(data);
  } catch (reason) {
    throw toApiError(reason);
  }
}

export function rulesOf(answer: RulesAnswer): SloRule[] {
  if (!Array.isArray(answer?.data?.groups)) throw new ApiError('nonsense', 'Grafana answered without alert rules');
  return answer.data.groups
    .flatMap(({ rules }) => rules)
    .filter(({ uid, labels }) => ours.test(uid ?? '') || labels?.slo !== undefined)
    .map(({ uid = '', name, state, health, lastError, labels, annotations, alerts = [] }) => {
      const active = alerts.filter((alert) => /^(Alerting|Pending|Recovering)/.test(alert.state));
      const since = active.flatMap(({ activeAt }) => activeAt ?? []).toSorted();
      return {
        uid,
        title: name,
        slo: labels?.slo ?? null,
        severity: labels?.severity ?? null,
        state: state === 'firing' || state === 'pending' || state === 'recovering' ? state : 'inactive',
        error: health === 'error' ? (lastError ?? 'unknown error') : null,
        activeSince: since[0] ?? null,
        summary: active[0]?.annotations?.summary ?? annotations?.summary ?? null,
      };
    });
}

/** What needs attention first. */
const urgency = (rule: SloRule) =>
  ['inactive', 'recovering', 'pending', 'firing'].indexOf(rule.state) * 2 + (rule.severity === 'page' ? 1 : 0);

export const byUrgency = (a: SloRule, b: SloRule) => urgency(b) - urgency(a) || a.title.localeCompare(b.title);

/** Where Grafana shows the rule. */
export const ruleHref = ({ uid }: SloRule) => `/alerting/grafana/${encodeURIComponent(uid)}/view`;
