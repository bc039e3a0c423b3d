import { ORGANISATION } from '../company/catalogue.ts';
import type { Company, Resource } from '../company/company.ts';
import { rule } from '../company/rules.ts';
import type { Random } from '../random.ts';
import { cloudtrailRecord } from '../telemetry/cloudtrail.ts';
import type { Telemetry } from '../telemetry/record.ts';
import { prowlerScanOf } from '../telemetry/scanners.ts';
import type { Violation, World } from '../world.ts';
import { type Calendar, DAY, HOUR, MINUTE } from './calendar.ts';

/** A bucket that somebody made, opened to the world and deleted; whether before or after its deadline of 24 hours decides what it counts as. */
interface Scratch {
  resource: Resource;
  createdMs: number;
  deletedMs: number;
  violation: Violation;
}

export function planScratch(company: Company, calendar: Calendar): Scratch[] {
  const service = company.services.find(({ name }) => name === 'app-config');
  if (!service) throw new Error('no service for scratch buckets');
  return [6 * HOUR, 40 * HOUR].map((lastsMs, index) => {
    const name = `${ORGANISATION}-scratch-${index + 1}`;
    const { account } = service.team;
    const resource: Resource = { kind: 'bucket', id: `arn:aws:s3:::${name}`, name, service, account, address: '' };
    const createdMs = calendar.startMs + (5 + 6 * index) * DAY + 9 * HOUR;
    const startMs = createdMs + 2 * HOUR;
    const violation: Violation = { rule: rule('s3_bucket_public_access'), resource, startMs, endMs: null };
    return { resource, createdMs, deletedMs: startMs + lastsMs, violation };
  });
}

export function scratchTelemetry(world: World, scratch: readonly Scratch[], random: Random): Telemetry[] {
  return scratch.flatMap(({ resource, createdMs, deletedMs, violation }) => {
    const caller = { person: random.pick(resource.service.team.people) };
    const call = (atMs: number, name: string, parameters = {}): Telemetry =>
      cloudtrailRecord({ atMs, resource, call: `s3:${name}`, caller, parameters }, random);
    const { rule: broken, startMs } = violation;
    return [
      call(createdMs, 'CreateBucket'),
      ...prowlerScanOf(world, resource, createdMs + 12 * MINUTE),
      call(startMs, 'PutBucketPolicy', broken.request?.(resource, true)),
      ...prowlerScanOf(world, resource, startMs + 14 * MINUTE),
      call(deletedMs, 'DeleteBucket'),
    ];
  });
}
