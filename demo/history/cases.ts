import type { Random } from '../random.ts';
import { changeOf, scanOf } from '../telemetry/changes.ts';
import type { Telemetry } from '../telemetry/record.ts';
import type { World } from '../world.ts';
import type { Case } from './violations.ts';

/** What the company's tools say of a case: the call that opened it, the scan it triggered, the fix and its proof. */
export function caseTelemetry(world: World, planned: Case, random: Random): Telemetry[] {
  const { violation, opened, fixedBy, scanMs, proofMs } = planned;
  const telemetry: Telemetry[] = [];
  if (opened) telemetry.push(...changeOf(violation, violation.startMs, opened, true, random));
  if (scanMs !== null) telemetry.push(...scanOf(world, violation.resource, violation.rule.scanner, scanMs));
  if (violation.endMs !== null && proofMs !== null) {
    telemetry.push(...changeOf(violation, violation.endMs, fixedBy, false, random));
    telemetry.push(...scanOf(world, violation.resource, violation.rule.scanner, proofMs));
  }
  return telemetry;
}
