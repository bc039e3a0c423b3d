import type { Json, JsonObject } from '@cnapp-slo/model';
import { JsonRecord, readJsonRequest } from './json-record.ts';
import {
  attributesField,
  enumField,
  isObject,
  listField,
  Malformed,
  numberField,
  objectField,
  textField,
  timeField,
} from './json-value.ts';
import type { Tally } from './proto-record.ts';
import type { DataPointView, MetricKind, ReadResult } from './record-view.ts';

const frame = { resources: 'resourceMetrics', scopes: 'scopeMetrics', records: 'metrics' };
const temporalities = ['UNSPECIFIED', 'DELTA', 'CUMULATIVE'];
const kinds: readonly (readonly [string, MetricKind])[] = [
  ['gauge', 'gauge'],
  ['sum', 'sum'],
  ['histogram', 'histogram'],
  ['exponentialHistogram', 'exponential_histogram'],
  ['summary', 'summary'],
];

/** Reads an ExportMetricsServiceRequest in OTLP/JSON. `visit` gets every data point in order. */
export function readMetricsJson(bytes: Uint8Array, visit: (point: DataPointView) => void): ReadResult {
  const point = new JsonDataPoint();
  return readJsonRequest(bytes, frame, point, (metric, tally) => point.readMetric(metric, tally, visit));
}

class JsonDataPoint extends JsonRecord implements DataPointView {
  metricName = '';
  unit = '';
  metricKind: MetricKind = 'gauge';
  temporality = 0;
  isMonotonic = false;
  startMs: number | undefined;
  timeMs: number | undefined;
  value: number | null = null;
  count: number | null = null;

  readMetric(metric: JsonObject, tally: Tally, visit: (point: DataPointView) => void): void {
    this.metricName = textField(metric, 'name');
    this.unit = textField(metric, 'unit');
    for (const [field, kind] of kinds) {
      const data = objectField(metric, field);
      if (data === undefined) continue;
      this.metricKind = kind;
      this.temporality = enumField(data, 'aggregationTemporality', 'AGGREGATION_TEMPORALITY_', temporalities);
      this.isMonotonic = data.isMonotonic === true;
      for (const item of listField(data, 'dataPoints')) this.#readPoint(item, tally, visit);
    }
  }

  /** One bad point does not take its metric's others with it. */
  #readPoint(item: Json, tally: Tally, visit: (point: DataPointView) => void): void {
    try {
      if (!isObject(item)) throw new Malformed('not an object');
      this.#read(item);
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      tally.reject(error.message);
      return;
    }
    tally.records++;
    visit(this);
  }

  #read(item: JsonObject): void {
    const isNumber = this.metricKind === 'gauge' || this.metricKind === 'sum';
    const noValue = (numberField(item, 'flags') ?? 0) & 1;
    const value = isNumber ? (numberField(item, 'asDouble') ?? numberField(item, 'asInt')) : numberField(item, 'sum');
    this.startMs = timeField(item, 'startTimeUnixNano');
    this.timeMs = timeField(item, 'timeUnixNano');
    this.value = noValue || value === undefined ? null : value;
    this.count = noValue || isNumber ? null : (numberField(item, 'count') ?? null);
    this.own = attributesField(item);
  }
}
