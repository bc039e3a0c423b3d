/** The parts of Prometheus' HTTP API that lint and backtest ask. */
import type { PrometheusReader, RangeSeries } from '@cnapp-slo/alert-rules';
import { UnavailableError } from './io.ts';

const TIMEOUT_MS = 30_000;
/** Prometheus refuses ranges with more points than this. */
const MAX_POINTS = 11_000;

export interface PrometheusClient extends PrometheusReader {
  /** Samples of a range, in as many requests as its number of points takes. */
  range(promql: string, fromMs: number, toMs: number, stepMs: number): Promise<RangeSeries[]>;
}

/** Throws an UnavailableError with Prometheus' own words when it refuses a query or cannot be reached. */
export function prometheusClient(url: string): PrometheusClient {
  const get = async <Data>(path: string, params: Record<string, string>): Promise<Data> => {
    const target = `${url.replace(/\/$/, '')}/api/v1/${path}?${new URLSearchParams(params)}`;
    const response = await fetch(target, { signal: AbortSignal.timeout(TIMEOUT_MS) }).catch((error: unknown) => {
      throw new UnavailableError(`${url} does not answer: ${error instanceof Error ? error.message : String(error)}`);
    });
    const body = (await response.json().catch(() => null)) as { status?: string; data?: Data; error?: string } | null;
    if (body?.status !== 'success' || body.data === undefined) {
      throw new UnavailableError(`${url}: ${body?.error ?? `HTTP ${response.status}`}`);
    }
    return body.data;
  };
  return {
    async query(promql) {
      const { result } = await get<{ result: { metric: Record<string, string>; value: [number, string] }[] }>('query', {
        query: promql,
      });
      return result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
    },
    async metricType(metric) {
      const found = await get<Record<string, { type: string }[]>>('metadata', { metric });
      return found[metric]?.[0]?.type ?? null;
    },
    async range(promql, fromMs, toMs, stepMs) {
      const merged = new Map<string, RangeSeries>();
      for (let startMs = fromMs; startMs <= toMs; startMs += MAX_POINTS * stepMs) {
        const endMs = Math.min(toMs, startMs + (MAX_POINTS - 1) * stepMs);
        const { result } = await get<{ result: RangeSeries[] }>('query_range', {
          query: promql,
          start: String(startMs / 1000),
          end: String(endMs / 1000),
          step: String(stepMs / 1000),
        });
        for (const { metric, values } of result) {
          const key = JSON.stringify(metric);
          const series = merged.get(key);
          if (series === undefined) merged.set(key, { metric, values });
          else series.values.push(...values);
        }
      }
      return [...merged.values()];
    },
  };
}
