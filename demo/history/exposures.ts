import type { Resource } from '../company/company.ts';
import type { Random } from '../random.ts';
import type { Advisory } from '../telemetry/trivy-operator.ts';
import type { World } from '../world.ts';
import { type Calendar, DAY, HOUR, instants } from './calendar.ts';
import { trivyTimes } from './schedule.ts';

/** An advisory that hits a deployment, and the release that ends it. */
export interface PlannedExposure {
  advisory: Advisory;
  deployment: Resource;
  /** When the scanner's database has it. */
  startMs: number;
  /** The release without it took effect; null: not yet. */
  endMs: number | null;
  /** It was there before the first scan. */
  backlog: boolean;
}

const PACKAGES: readonly [name: string, installed: string, fixed: string, problem: string][] = [
  ['openssl', '3.5.1-r0', '3.5.1-r2', 'out-of-bounds read in certificate parsing'],
  ['curl', '8.15.0-r0', '8.15.0-r1', 'credentials sent to the wrong host after a redirect'],
  ['zlib', '1.3.1-r2', '1.3.1-r3', 'heap overflow in inflate'],
  ['express', '4.21.1', '4.21.3', 'denial of service by crafted query strings'],
  ['libxml2', '2.13.8-r0', '2.13.8-r2', 'use after free in schema validation'],
  ['busybox', '1.37.0-r18', '1.37.0-r19', 'path traversal in tar'],
  ['golang.org/x/net', '0.41.0', '0.43.0', 'memory exhaustion by HTTP/2 headers'],
  ['jackson-databind', '2.19.1', '2.19.3', 'unsafe deserialisation of polymorphic types'],
];

/** The 31st exposure is the one that nobody fixes in time. */
const SLOW = 31;

export function planExposures(world: World, calendar: Calendar, random: Random): PlannedExposure[] {
  const deployments = world.company.resources.filter(({ kind }) => kind === 'deployment');
  const exposures: PlannedExposure[] = [];
  const seenBy = (index: number, atMs: number): number =>
    trivyTimes(calendar, index).find((time) => time >= atMs) ?? calendar.endMs;
  for (let i = 0; i < 14; i += 1) {
    const advisory = advisoryOf(i, calendar.startMs - random.between(20, 300) * DAY, random);
    for (const deployment of deployments) {
      if (!random.chance(0.06)) continue;
      const endMs = Math.round(calendar.startMs + random.around(18, 0.6) * DAY);
      const fixed = endMs > calendar.startMs + DAY && endMs < calendar.endMs;
      exposures.push({
        advisory,
        deployment,
        startMs: calendar.startMs - DAY,
        endMs: fixed ? endMs : null,
        backlog: true,
      });
    }
  }
  for (const [i, publishedMs] of instants(calendar, 0.6, random).entries()) {
    const advisory = advisoryOf(100 + i, publishedMs, random);
    const startMs = publishedMs + 6 * HOUR;
    for (let count = random.between(1, 4); count > 0; count -= 1) {
      const deployment = random.pick(deployments);
      if (exposures.some((one) => one.deployment === deployment && one.advisory === advisory)) continue;
      const seenMs = seenBy(deployments.indexOf(deployment), startMs);
      const isSlow = exposures.filter(({ backlog }) => !backlog).length === SLOW;
      exposures.push({
        advisory,
        deployment,
        startMs,
        endMs: endOf(advisory, seenMs, calendar, isSlow, random),
        backlog: false,
      });
    }
  }
  return exposures;
}

/** From the daily report that finds it, critical ones go out within a day, the others within a week. */
function endOf(advisory: Advisory, seenMs: number, calendar: Calendar, isSlow: boolean, random: Random): number | null {
  const isCritical = advisory.severity === 'CRITICAL';
  const hours = isCritical ? Math.min(random.around(8, 0.6), 20) : Math.min(random.around(45, 0.7), 140);
  const endMs = Math.round(seenMs + (isSlow ? 9 * DAY : hours * HOUR));
  return endMs < calendar.endMs ? endMs : null;
}

/** Numbers from 90000 up are far above what is assigned in a year. */
function advisoryOf(number: number, publishedMs: number, random: Random): Advisory {
  const [packageName, installed, fixed, problem] = random.pick(PACKAGES);
  const severity = random.chance(0.2) ? 'CRITICAL' : random.chance(0.6) ? 'HIGH' : 'MEDIUM';
  return {
    id: `CVE-${new Date(publishedMs).getUTCFullYear()}-${90_000 + number}`,
    packageName,
    installed,
    fixed,
    severity,
    score: { CRITICAL: 9.8, HIGH: 7.5, MEDIUM: 5.3 }[severity],
    title: `${packageName}: ${problem}`,
    publishedMs,
  };
}
