import { type Attributes, type HrTime, ValueType } from '@opentelemetry/api';
import { emptyResource } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  type CollectionResult,
  type DataPoint,
  DataPointType,
  type Histogram,
  type MetricData,
  type MetricProducer,
} from '@opentelemetry/sdk-metrics';
import type { MetricObjectWithValues, MetricValueWithName, Registry } from 'prom-client';

type PromMetric = MetricObjectWithValues<MetricValueWithName<string>>;

/** Hands prom-client's metrics to an OTLP reader, so that `/metrics` and OTLP say the same. */
export class RegistryMetricProducer implements MetricProducer {
  private readonly registry: Registry;
  private readonly now: () => number;
  private readonly start: HrTime;

  constructor(registry: Registry, now: () => number = Date.now) {
    this.registry = registry;
    this.now = now;
    this.start = hrTime(now());
  }

  async collect(): Promise<CollectionResult> {
    const end = hrTime(this.now());
    const metrics = (await this.registry.getMetricsAsJSON()) as PromMetric[];
    return {
      resourceMetrics: {
        resource: emptyResource(), // the reader's own takes its place
        scopeMetrics: [
          { scope: { name: 'cnapp-slo' }, metrics: metrics.flatMap((metric) => this.convert(metric, end)) },
        ],
      },
      errors: [],
    };
  }

  private convert(metric: PromMetric, endTime: HrTime): MetricData[] {
    const type = String(metric.type);
    const base = {
      descriptor: { name: metric.name, description: metric.help, unit: '', valueType: ValueType.DOUBLE },
      aggregationTemporality: AggregationTemporality.CUMULATIVE,
    };
    const point = <T>(attributes: Attributes, value: T): DataPoint<T> => ({
      startTime: this.start,
      endTime,
      attributes,
      value,
    });
    const numbers = () => metric.values.map(({ labels, value }) => point({ ...labels }, value));
    if (type === 'counter') {
      return [{ ...base, dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints: numbers() }];
    }
    if (type === 'gauge') return [{ ...base, dataPointType: DataPointType.GAUGE, dataPoints: numbers() }];
    if (type !== 'histogram') return []; // summaries have no OTLP form worth sending
    const dataPoints = histograms(metric).map(({ attributes, value }) => point(attributes, value));
    return [{ ...base, dataPointType: DataPointType.HISTOGRAM, dataPoints }];
  }
}

/** prom-client lists cumulative `_bucket`s, `_sum` and `_count` in a row per label set; OTLP wants the counts per bucket. */
function histograms(metric: PromMetric): { attributes: Attributes; value: Histogram }[] {
  const series: { attributes: Attributes; value: Histogram }[] = [];
  let buckets: Histogram['buckets'] = { boundaries: [], counts: [] };
  let below = 0;
  let sum = 0;
  for (const { labels, value, metricName } of metric.values) {
    const { le, ...attributes } = labels as Attributes;
    if (metricName === `${metric.name}_bucket`) {
      if (le !== '+Inf') buckets.boundaries.push(Number(le));
      buckets.counts.push(value - below);
      below = value;
    } else if (metricName === `${metric.name}_sum`) {
      sum = value;
    } else {
      series.push({ attributes, value: { buckets, sum, count: value } });
      buckets = { boundaries: [], counts: [] };
      below = 0;
    }
  }
  return series;
}

/** [seconds, nanoseconds] */
function hrTime(ms: number): HrTime {
  const seconds = Math.floor(ms / 1000);
  return [seconds, Math.round((ms - seconds * 1000) * 1e6)];
}
