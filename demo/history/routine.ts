import { ACCOUNTS, CLUSTERS, TEAMS } from '../company/catalogue.ts';
import type { Resource } from '../company/company.ts';
import type { Random } from '../random.ts';
import { driftChange } from '../telemetry/changes.ts';
import { cloudtrailRecord } from '../telemetry/cloudtrail.ts';
import { DETECTIONS, falcoAlert, falcoHeartbeat } from '../telemetry/falco.ts';
import type { Telemetry } from '../telemetry/record.ts';
import {
  configAuditOf,
  deploymentsIn,
  driftctlOf,
  planOf,
  prowlerFullScan,
  securityHubUpdate,
  snapshotOf,
  vulnerabilitiesOf,
} from '../telemetry/scanners.ts';
import { exists, type World } from '../world.ts';
import { type Calendar, DAY, every, HOUR, instants, MINUTE } from './calendar.ts';
import type { PlannedInput } from './inputs.ts';
import { prowlerTimes, securityHubTimes, trivyTimes } from './schedule.ts';

/** Scheduled scans, plans and heartbeats: they come whatever happens. */
export function scheduledTelemetry(world: World, calendar: Calendar): Telemetry[] {
  const telemetry: Telemetry[] = [];
  for (const account of Object.values(ACCOUNTS)) {
    for (const atMs of prowlerTimes(calendar, account.id)) telemetry.push(...prowlerFullScan(world, account, atMs));
    for (const atMs of every(calendar, calendar.startMs, DAY)) telemetry.push(snapshotOf(world, account, atMs));
    for (const atMs of securityHubTimes(calendar, account.id))
      telemetry.push(...securityHubUpdate(world, account, atMs));
  }
  for (const [index, deployment] of deploymentsOf(world).entries()) {
    for (const atMs of trivyTimes(calendar, index)) {
      if (!exists(world, deployment, atMs)) continue;
      telemetry.push(configAuditOf(world, deployment, atMs), vulnerabilitiesOf(world, deployment, atMs + 20_000));
    }
  }
  for (const atMs of every(calendar, calendar.startMs + 40 * MINUTE, 6 * HOUR)) {
    telemetry.push(driftctlOf(world, ACCOUNTS.sandbox, atMs));
  }
  for (const [index, team] of TEAMS.entries()) {
    for (const atMs of every(calendar, calendar.startMs + index * 5 * MINUTE, 8 * HOUR))
      telemetry.push(planOf(world, team, atMs));
  }
  for (const cluster of Object.values(CLUSTERS)) {
    for (const atMs of every(calendar, calendar.startMs, DAY)) telemetry.push(...deploymentsIn(world, cluster, atMs));
    const deployment = deploymentsOf(world).find(({ service }) => service.team.cluster === cluster);
    if (!deployment) continue;
    for (const atMs of every(calendar, calendar.startMs, DAY))
      telemetry.push(falcoHeartbeat(deployment, `${cluster.name}-node-1`, atMs));
  }
  return telemetry;
}

const HARMLESS: Partial<Record<Resource['kind'], string>> = {
  bucket: 's3:PutBucketTagging',
  security_group: 'ec2:CreateTags',
  role: 'iam:TagRole',
  database: 'rds:AddTagsToResource',
  function: 'lambda:TagResource20170331v2',
};

/** Calls that change nothing of importance: most of what an audit log holds. */
export function harmlessTelemetry(world: World, calendar: Calendar, random: Random): Telemetry[] {
  return instants(calendar, 30, random).flatMap((atMs) => {
    const resource = random.pick(world.company.resources);
    const call = HARMLESS[resource.kind];
    if (call === undefined || !exists(world, resource, atMs)) return [];
    return [
      cloudtrailRecord({ atMs, resource, call, caller: { person: random.pick(resource.service.team.people) } }, random),
    ];
  });
}

/** The edits by hand behind drift, and what undid them. */
export function driftTelemetry(world: World, random: Random): Telemetry[] {
  return world.drifts.flatMap(({ resource, kind, startMs, endMs }) => {
    if (kind === 'missing') return [];
    const { team } = resource.service;
    const edit = driftChange(resource, startMs, { person: random.pick(team.people) }, random);
    return endMs === null ? [edit] : [edit, driftChange(resource, endMs, { pipeline: `deploy-${team.name}` }, random)];
  });
}

/** Runtime alerts: most are an engineer's shell, and somebody says so. */
export function runtimeTelemetry(
  world: World,
  calendar: Calendar,
  random: Random,
): { telemetry: Telemetry[]; inputs: PlannedInput[] } {
  const telemetry: Telemetry[] = [];
  const inputs: PlannedInput[] = [];
  for (const [index, atMs] of instants(calendar, 0.5, random).entries()) {
    const deployment = random.pick(deploymentsOf(world));
    const detection = index % 6 === 4 ? DETECTIONS.credentials : DETECTIONS.shell;
    telemetry.push(falcoAlert(detection, deployment, atMs, random));
    inputs.push({
      kind: detection === DETECTIONS.shell ? 'false_positive' : 'true_positive',
      assetId: deployment.id,
      rule: detection.rule,
      atMs: atMs + 40 * MINUTE,
      actor: random.pick(deployment.service.team.people),
    });
  }
  return { telemetry, inputs };
}

function deploymentsOf(world: World): Resource[] {
  return world.company.resources.filter(({ kind }) => kind === 'deployment');
}
