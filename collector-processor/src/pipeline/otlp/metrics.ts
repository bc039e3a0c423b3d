import { maxDepth } from './any-value.ts';
import { ProtoRecord, readRequest, type Tally } from './proto-record.ts';
import type { DataPointView, MetricKind, ReadResult } from './record-view.ts';
import { fieldSet } from './wire.ts';

const metricFields = fieldSet(1, 2, 3, 5, 7, 9, 10, 11, 12);
const dataFields = fieldSet(1, 2, 3);
/** DataPointFlags.DATA_POINT_FLAGS_NO_RECORDED_VALUE_MASK */
const noRecordedValue = 1;

/** Which tags of a data point message carry what; the messages number their fields differently. */
interface PointLayout {
  attributes: number;
  flags: number;
  /** The value of a number, the sum of the others. */
  double: number;
  integer?: number;
  count?: number;
}

const layouts: Record<MetricKind, PointLayout> = {
  gauge: { attributes: 0x3a, flags: 0x40, double: 0x21, integer: 0x31 },
  sum: { attributes: 0x3a, flags: 0x40, double: 0x21, integer: 0x31 },
  histogram: { attributes: 0x4a, flags: 0x50, double: 0x29, count: 0x21 },
  exponential_histogram: { attributes: 0x0a, flags: 0x50, double: 0x29, count: 0x21 },
  summary: { attributes: 0x3a, flags: 0x40, double: 0x29, count: 0x21 },
};

/** The fields of a point that are read; the others are skipped, whatever they are. */
const pointFields = new Map(
  Object.values(layouts).map((layout) => [layout, fieldSet(2, 3, ...Object.values(layout).map((tag) => tag >>> 3))]),
);

const kinds = new Map<number, MetricKind>([
  [0x2a, 'gauge'],
  [0x3a, 'sum'],
  [0x4a, 'histogram'],
  [0x52, 'exponential_histogram'],
  [0x5a, 'summary'],
]);

/** Reads an ExportMetricsServiceRequest (or MetricsData: the same bytes). `visit` gets every data point in order. */
export function readMetrics(bytes: Uint8Array, visit: (point: DataPointView) => void): ReadResult {
  return readRequest(
    bytes,
    (wire) => new ProtoDataPoint(wire),
    (point, end, tally) => point.readMetric(end, tally, visit),
  );
}

class ProtoDataPoint extends ProtoRecord implements DataPointView {
  metricName = '';
  unit = '';
  metricKind: MetricKind = 'gauge';
  temporality = 0;
  isMonotonic = false;
  startMs: number | undefined;
  timeMs: number | undefined;
  value: number | null = null;
  count: number | null = null;

  /** Name and unit may stand after the data: look for all of them first. */
  readMetric(end: number, tally: Tally, visit: (point: DataPointView) => void): void {
    const { wire } = this;
    this.metricName = '';
    this.unit = '';
    let kind: MetricKind | undefined;
    let dataStart = end;
    let dataEnd = end;
    while (wire.pos < end) {
      const tag = wire.tag(end);
      if ((tag & 7) !== 2) {
        wire.skip(tag, end, metricFields);
        continue;
      }
      const stop = wire.lengthEnd(end);
      if (tag === 0x0a) this.metricName = wire.text(wire.pos, stop);
      else if (tag === 0x1a) this.unit = wire.text(wire.pos, stop);
      else if (kinds.has(tag)) {
        kind = kinds.get(tag);
        dataStart = wire.pos;
        dataEnd = stop;
      }
      wire.pos = stop;
    }
    if (kind === undefined) return; // a metric without data, as the SDKs never send
    this.metricKind = kind;
    this.#readData(dataStart, dataEnd);
    this.#readPoints(dataStart, dataEnd, layouts[kind], tally, visit);
  }

  #readData(start: number, end: number): void {
    const { wire } = this;
    this.temporality = 0;
    this.isMonotonic = false;
    wire.pos = start;
    while (wire.pos < end) {
      const tag = wire.tag(end);
      if (tag === 0x0a) wire.pos = wire.lengthEnd(end);
      else if (tag === 0x10) this.temporality = wire.int32(end);
      else if (tag === 0x18) this.isMonotonic = wire.int32(end) !== 0;
      else wire.skip(tag, end, dataFields);
    }
  }

  #readPoints(start: number, end: number, layout: PointLayout, tally: Tally, visit: (point: DataPointView) => void) {
    const { wire } = this;
    wire.pos = start;
    while (wire.pos < end) {
      const tag = wire.tag(end);
      if (tag !== 0x0a) {
        wire.skip(tag, end, 0);
        continue;
      }
      const stop = wire.lengthEnd(end);
      if (this.#readPoint(stop, layout)) {
        tally.records++;
        visit(this);
      } else tally.reject(`nested deeper than ${maxDepth} levels`);
      wire.pos = stop;
    }
  }

  #readPoint(end: number, layout: PointLayout): boolean {
    const { wire } = this;
    const known = pointFields.get(layout) ?? 0;
    this.index.clear();
    this.startMs = undefined;
    this.timeMs = undefined;
    this.value = null;
    this.count = null;
    let flags = 0;
    let shallow = true;
    while (wire.pos < end) {
      const tag = wire.tag(end);
      if (tag === 0x11) this.startMs = wire.timeMs(end);
      else if (tag === 0x19) this.timeMs = wire.timeMs(end);
      else if (tag === layout.double) this.value = wire.double(end);
      else if (tag === layout.integer) this.value = Number(wire.bytes.readBigInt64LE(wire.take(8, end)));
      else if (tag === layout.count) this.count = Number(wire.bytes.readBigUInt64LE(wire.take(8, end)));
      else if (tag === layout.flags) flags = wire.int32(end);
      else if (tag === layout.attributes) shallow = this.index.add(wire.lengthEnd(end)) && shallow;
      else wire.skip(tag, end, known);
    }
    if (flags & noRecordedValue) this.value = this.count = null;
    return shallow;
  }
}
