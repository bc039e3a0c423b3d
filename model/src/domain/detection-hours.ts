import type { Fact } from './fact.ts';
import type { DetectorClass } from './observation.ts';
import { DAY_MS } from './principal-record.ts';
import { HOUR_MS } from './scope-record.ts';

/** How often a runtime or identity rule spoke on one UTC day, by hour: raw detections, before any grouping. */
export interface DetectionHours {
  tenant: string;
  detector: string;
  detectorClass: DetectorClass;
  rule: string;
  /** Start of the day, epoch ms. */
  dayMs: number;
  hours: number[];
}

export function mergeDetection(known: DetectionHours | undefined, fact: Fact): DetectionHours {
  const { body } = fact;
  if (body.kind !== 'finding') throw new Error(`${body.kind} is no detection`);
  const record = known ?? {
    tenant: fact.tenant,
    detector: body.detector,
    detectorClass: body.detectorClass,
    rule: body.rule,
    dayMs: Math.floor(fact.atMs / DAY_MS) * DAY_MS,
    hours: Array.from({ length: 24 }, () => 0),
  };
  const hour = Math.floor((fact.atMs - record.dayMs) / HOUR_MS);
  return { ...record, hours: record.hours.with(hour, (record.hours[hour] ?? 0) + 1) };
}
