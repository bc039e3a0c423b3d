import type { Resource } from '../company/company.ts';
import type { Random } from '../random.ts';
import { pipelineSpans } from '../telemetry/cicd-spans.ts';
import { commitOf, pushEvent, type Run, workflowRunEvent } from '../telemetry/github.ts';
import { patchEvent } from '../telemetry/k8s-audit.ts';
import type { Telemetry } from '../telemetry/record.ts';
import { configAuditOf, vulnerabilitiesOf } from '../telemetry/scanners.ts';
import { exists, type Release, type World } from '../world.ts';
import { type Calendar, instants, MINUTE } from './calendar.ts';
import type { PlannedExposure } from './exposures.ts';

export interface PlannedRelease {
  deployment: Resource;
  /** When the rollout took effect. */
  atMs: number;
  message: string;
}

const MESSAGES = [
  'fix rounding in totals',
  'retry on connection reset',
  'update translations',
  'add pagination to the list endpoint',
  'tune pool sizes',
  'remove a dead feature flag',
];

/** The releases that end exposures, and the ordinary ones between them. */
export function planReleases(
  world: World,
  exposures: readonly PlannedExposure[],
  calendar: Calendar,
  random: Random,
): PlannedRelease[] {
  const deployments = world.company.resources.filter(({ kind }) => kind === 'deployment');
  const ordinary = instants(calendar, 11, random).map((atMs) => ({
    deployment: random.pick(deployments),
    atMs,
    message: random.pick(MESSAGES),
  }));
  const fixes = exposures.flatMap(({ advisory, deployment, endMs }) =>
    endMs === null ? [] : [{ deployment, atMs: endMs, message: `bump ${advisory.packageName} to ${advisory.fixed}` }],
  );
  return [...ordinary, ...fixes].sort((a, b) => a.atMs - b.atMs);
}

export function releasesOf(planned: readonly PlannedRelease[], random: Random): Release[] {
  return planned.map(({ deployment, atMs }) => ({ deployment, atMs, tag: `sha-${random.hex(8)}` }));
}

/** Push, pipeline, rollout and the scans that the rollout triggers. */
export function releaseTelemetry(
  world: World,
  { deployment, atMs, message }: PlannedRelease,
  tag: string,
  random: Random,
): Telemetry[] {
  const { service, account } = deployment;
  const author = random.pick(service.team.people);
  const commit = commitOf(service.repository, author, message, atMs - random.between(7, 15) * MINUTE, random);
  const run: Run = {
    commit,
    id: random.between(10_000_000_000, 19_999_999_999),
    name: 'release',
    startMs: commit.atMs + 20_000,
    endMs: atMs,
    succeeded: true,
  };
  const rollout = patchEvent(
    {
      atMs,
      deployment,
      caller: { pipeline: 'release' },
      path: 'spec.template.spec.containers.image',
      value: `${service.image}:${tag}`,
    },
    random,
  );
  const telemetry: Telemetry[] = [
    pushEvent(commit),
    workflowRunEvent(run),
    ...pipelineSpans(run, 'trivy image scan', { service: service.name, environment: account.environment }, random),
    rollout,
  ];
  const scanMs = atMs + random.between(2, 4) * MINUTE;
  if (exists(world, deployment, scanMs)) {
    telemetry.push(configAuditOf(world, deployment, scanMs), vulnerabilitiesOf(world, deployment, scanMs + 20_000));
  }
  return telemetry;
}

/** A push whose pipeline stopped at the gate: nothing was deployed. */
export function stoppedRelease(deployment: Resource, atMs: number, random: Random): Telemetry[] {
  const { service } = deployment;
  const commit = commitOf(service.repository, random.pick(service.team.people), random.pick(MESSAGES), atMs, random);
  const run: Run = {
    commit,
    id: random.between(10_000_000_000, 19_999_999_999),
    name: 'release',
    startMs: atMs + 20_000,
    endMs: atMs + 6 * MINUTE,
    succeeded: false,
  };
  return [pushEvent(commit), workflowRunEvent(run), ...pipelineSpans(run, 'trivy image scan', null, random)];
}
