import assert from 'node:assert/strict';
import { recognise } from '@cnapp-slo/collector-processor/src/formats/index.ts';
import type { Observation } from '@cnapp-slo/model';
import { encode } from './telemetry/otlp.ts';
import type { Telemetry } from './telemetry/record.ts';

/** What the processor's formats make of telemetry in OTLP. Fails unless each record is taken as what it claims to be, and nothing is refused. */
export function recognised(telemetry: readonly Telemetry[], receivedMs: number): Observation[] {
  const observations: Observation[] = [];
  for (const [format, records] of Map.groupBy(telemetry, (one) => one.format)) {
    const { logs, traces } = encode(records);
    for (const body of [logs, traces].filter((one) => one !== null)) {
      const found = recognise(body, { resource: {}, attributes: {}, receivedMs });
      assert.deepEqual(found.rejections, []);
      assert.deepEqual(found.byFormat, { [format]: records.length });
      observations.push(...found.observations);
    }
  }
  return observations;
}
