import type { PrometheusReader } from '@cnapp-slo/alert-rules';
import { type FetchResponse, getBackendSrv } from '@grafana/runtime';
import { lastValueFrom, type Observable } from 'rxjs';
import { toApiError } from '../api/api-error.ts';

interface Answer<T> {
  data: T;
}

type Sample = { metric: Record<string, string>; value: [seconds: number, value: string] };

/** A Prometheus data source, through Grafana's proxy. Throws `ApiError`. */
export function prometheusReader(uid: string): PrometheusReader {
  const get = async <T>(path: string, params: Record<string, string>): Promise<T> => {
    const url = `/api/datasources/proxy/uid/${encodeURIComponent(uid)}/api/v1/${path}`;
    const request = { url, params, method: 'GET', showErrorAlert: false, showSuccessAlert: false };
    try {
      const answer: Observable<FetchResponse<Answer<T>>> = getBackendSrv().fetch(request);
      return (await lastValueFrom(answer)).data.data;
    } catch (reason) {
      throw toApiError(reason);
    }
  };
  return {
    async query(promql) {
      const { result } = await get<{ result: Sample[] }>('query', { query: promql });
      return result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
    },
    async metricType(metric) {
      const known = await get<Record<string, { type: string }[]>>('metadata', { metric });
      return known[metric]?.[0]?.type ?? null;
    },
  };
}
