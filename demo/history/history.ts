import { buildCompany } from '../company/company.ts';
import { random } from '../random.ts';
import type { Telemetry } from '../telemetry/record.ts';
import { isOn, type World } from '../world.ts';
import { planBacklog } from './backlog.ts';
import { type Calendar, DAY, HOUR, MINUTE } from './calendar.ts';
import { caseTelemetry } from './cases.ts';
import { planDrifts } from './drifts.ts';
import { planExposures } from './exposures.ts';
import { inputsOf, type PlannedInput } from './inputs.ts';
import { planReleases, releasesOf, releaseTelemetry, stoppedRelease } from './releases.ts';
import { driftTelemetry, harmlessTelemetry, runtimeTelemetry, scheduledTelemetry } from './routine.ts';
import { prowlerTimes, securityHubTimes, trivyTimes } from './schedule.ts';
import { planScratch, scratchTelemetry } from './scratch.ts';
import { type Case, planCases } from './violations.ts';

export interface History {
  /** By event time. */
  telemetry: Telemetry[];
  /** By time. */
  inputs: PlannedInput[];
  /** The company as the history leaves it. */
  world: World;
}

export interface HistorySettings {
  seed: string;
  /** The instant at which the history ends, epoch ms. */
  endMs: number;
  days: number;
}

/** A month (or less) in the life of the company. The same settings give the same history, byte for byte. */
export function buildHistory({ seed, endMs, days }: HistorySettings): History {
  const chance = random(seed);
  // To the minute, so that event times look like a schedule's.
  const startMs = Math.floor((endMs - days * DAY) / MINUTE) * MINUTE;
  const calendar: Calendar = { startMs, endMs };
  const company = buildCompany(seed);
  const scratch = planScratch(company, calendar).filter(({ deletedMs }) => deletedMs < endMs);
  company.resources.push(...scratch.map(({ resource }) => resource));
  const lifetimes = scratch.map(
    ({ resource, createdMs, deletedMs }) => [resource.id, { fromMs: createdMs, toMs: deletedMs }] as const,
  );
  const world: World = {
    company,
    violations: [],
    exposures: [],
    drifts: [],
    releases: [],
    lifetimes: new Map(lifetimes),
  };

  world.violations.push(
    ...planBacklog(world, calendar, chance.fork('backlog')),
    ...scratch.map(({ violation }) => violation),
  );
  const cases = planCases(world, calendar, chance.fork('cases'));
  world.violations.push(...cases.map(({ violation }) => violation));
  const exposures = planExposures(world, calendar, chance.fork('exposures'));
  world.exposures.push(...exposures);
  world.drifts.push(...planDrifts(world, calendar, chance.fork('drifts')));
  const releases = planReleases(world, exposures, calendar, chance.fork('releases'));
  world.releases.push(...releasesOf(releases, chance.fork('tags')));

  const emission = chance.fork('emission');
  const runtime = runtimeTelemetry(world, calendar, emission);
  const telemetry = [
    ...scheduledTelemetry(world, calendar),
    ...harmlessTelemetry(world, calendar, emission),
    ...scratchTelemetry(world, scratch, emission),
    ...cases.flatMap((planned) => caseTelemetry(world, planned, emission)),
    ...driftTelemetry(world, emission),
    ...runtime.telemetry,
    ...releases.flatMap((planned, index) =>
      releaseTelemetry(world, planned, world.releases[index]?.tag ?? '', emission),
    ),
    ...releases
      .filter((_, index) => index % 60 === 7)
      .flatMap(({ deployment, atMs }) => stoppedRelease(deployment, atMs - 3 * HOUR, emission)),
  ].filter(({ atMs }) => atMs < endMs);
  const inputs = [
    ...runtime.inputs,
    ...cases.flatMap((planned) => inputsOf(planned, detectionOf(planned, calendar), endMs)),
    ...exposures.flatMap((exposure) => exposureInputs(world, exposure, calendar)),
  ];
  return {
    telemetry: telemetry.sort((a, b) => a.atMs - b.atMs),
    inputs: inputs.sort((a, b) => a.atMs - b.atMs),
    world,
  };
}

/** The first scan that saw it: the one that the change triggered, else the next scheduled one. */
function detectionOf({ violation, scanMs }: Case, calendar: Calendar): number {
  const { rule, resource, startMs } = violation;
  const scheduled = rule.scanner === 'prowler' ? prowlerTimes : securityHubTimes;
  const next =
    rule.scanner === 'trivy'
      ? startMs + DAY
      : (scheduled(calendar, resource.account.id).find((at) => at >= startMs) ?? startMs + DAY);
  return Math.min(scanMs ?? Number.POSITIVE_INFINITY, next);
}

/** New vulnerabilities of weight alert somebody, after the daily report that first lists them. */
function exposureInputs(
  world: World,
  exposure: ReturnType<typeof planExposures>[number],
  calendar: Calendar,
): PlannedInput[] {
  const { advisory, deployment, startMs, backlog, endMs } = exposure;
  if (backlog || advisory.severity === 'MEDIUM') return [];
  const deployments = world.company.resources.filter(({ kind }) => kind === 'deployment');
  const seenMs = trivyTimes(calendar, deployments.indexOf(deployment)).find((at) => at >= startMs);
  if (seenMs === undefined || !isOn({ startMs, endMs }, seenMs)) return [];
  const actor = deployment.service.team.people[0] ?? 'on-call';
  const input = (kind: PlannedInput['kind'], atMs: number): PlannedInput => ({
    kind,
    assetId: deployment.id,
    rule: advisory.id,
    atMs,
    actor,
  });
  return [input('alert', seenMs + 3 * MINUTE), input('acknowledgement', seenMs + 50 * MINUTE)].filter(
    ({ atMs }) => atMs < calendar.endMs,
  );
}
