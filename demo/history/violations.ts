import type { Resource } from '../company/company.ts';
import { RULES, type Rule } from '../company/rules.ts';
import type { Random } from '../random.ts';
import type { Caller } from '../telemetry/cloudtrail.ts';
import { exists, type Violation, type World } from '../world.ts';
import { type Calendar, DAY, HOUR, instants, MINUTE } from './calendar.ts';

/** A violation with what everybody did about it. Times epoch ms. */
export interface Case {
  violation: Violation;
  /** Who opened it, in a call that the audit log has; null: the log missed it. */
  opened: Caller | null;
  fixedBy: Caller;
  /** A scan that the change itself triggered; null: the trigger failed, and the next scheduled scan finds it. */
  scanMs: number | null;
  /** The scan that the fix triggered; null while it is open. */
  proofMs: number | null;
  /** Minutes from detection to the alert, and from the alert to the acknowledgement. */
  alertDelayMs: number;
  ackDelayMs: number;
  /** Somebody looked, and said what it is. */
  triaged: boolean;
  /** … and found that it is none. */
  falsePositive: boolean;
}

/** Which of the cases, in order, went wrong: a believable month uses part of its budgets, whatever the seed. */
const LATE = new Set([13, 88]);
const UNLOGGED = new Set([58]);
const SLOW = new Set([7, 29, 51]);
const FALSE_POSITIVE = new Set([40]);
/** The first finding of Prowler from this case on whose risk is accepted for three days: Prowler has a mute list. */
const ACCEPTED_FROM = 33;
const REOPENS = new Set([22, 63]);

const MINUTES_TO_SCAN = { prowler: 11, securityhub: 7, trivy: 2 } as const;
const HOURS_TO_FIX = { critical: 3, high: 20, medium: 60, low: 120 } as const;
/** What somebody fixed stays fixed for longer than the window in which its return would undo the fix. */
const REST_MS = 8 * DAY;

export function planCases(world: World, calendar: Calendar, random: Random): Case[] {
  const cases: Case[] = [];
  const busyUntil = new Map<Resource, number>();
  const candidates = world.company.resources.filter((resource) => !world.lifetimes.has(resource.id));
  for (const startMs of instants(calendar, 7, random.fork('instants'))) {
    const number = cases.length;
    const chance = random.fork(`case ${number}`);
    const last = cases[number - 1];
    const again = REOPENS.has(number) && last?.violation.endMs != null ? last.violation : undefined;
    const free = candidates.filter((one) => (busyUntil.get(one) ?? 0) < startMs && exists(world, one, startMs));
    const resource = again?.resource ?? chance.pick(free);
    const rule = again?.rule ?? chance.pick(RULES.filter(({ kind }) => kind === resource.kind));
    const opened = again ? Math.max(startMs, (again.endMs ?? startMs) + 30 * HOUR) : startMs;
    if (opened >= calendar.endMs) continue;
    const planned = planCase(number, rule, resource, opened, calendar, chance);
    const isFirst = !cases.some(({ violation }) => violation.mutedMs !== undefined);
    if (number >= ACCEPTED_FROM && rule.scanner === 'prowler' && rule.severity === 'high' && isFirst) accept(planned);
    cases.push(planned);
    busyUntil.set(resource, (planned.violation.endMs ?? calendar.endMs) + REST_MS);
  }
  return cases;
}

function planCase(
  number: number,
  rule: Rule,
  resource: Resource,
  startMs: number,
  calendar: Calendar,
  random: Random,
): Case {
  const person: Caller = { person: random.pick(resource.service.team.people) };
  const pipeline: Caller = { pipeline: `deploy-${resource.service.team.name}` };
  const opened = random.chance(0.45) ? person : pipeline;
  const scanMs = startMs + random.around(MINUTES_TO_SCAN[rule.scanner], 0.5) * MINUTE;
  const detected = LATE.has(number) || UNLOGGED.has(number) ? startMs + DAY : scanMs;
  const hours = SLOW.has(number)
    ? slowHours(rule, random)
    : Math.min(random.around(HOURS_TO_FIX[rule.severity], 0.8), limitHours(rule));
  const fixedMs = Math.round(detected + 10 * MINUTE + hours * HOUR);
  const endMs = fixedMs < calendar.endMs ? fixedMs : null;
  const proofMs = endMs === null ? null : endMs + random.around(MINUTES_TO_SCAN[rule.scanner], 0.4) * MINUTE;
  const violation: Violation = { rule, resource, startMs, endMs };
  return {
    violation,
    opened: UNLOGGED.has(number) ? null : opened,
    fixedBy: random.chance(0.6) ? pipeline : person,
    scanMs: LATE.has(number) || UNLOGGED.has(number) ? null : Math.round(scanMs),
    proofMs: proofMs === null ? null : Math.round(proofMs),
    alertDelayMs: Math.round(random.around(2, 0.5) * MINUTE),
    ackDelayMs: Math.round(random.around(16, 0.9) * MINUTE),
    triaged: random.chance(0.85),
    falsePositive: FALSE_POSITIVE.has(number),
  };
}

function accept(planned: Case): void {
  const { violation } = planned;
  violation.mutedMs = violation.startMs + 2 * HOUR;
  violation.endMs = violation.startMs + 3 * DAY;
  planned.proofMs = violation.endMs + 15 * MINUTE;
}

/** Past the deadline: 24 hours for critical, 7 days for high. */
function slowHours(rule: Rule, random: Random): number {
  return deadlineHours(rule) + 3 + 20 * random.next();
}

/** Every other case ends in good time, so that the misses are the planned ones. */
function limitHours(rule: Rule): number {
  return 0.85 * deadlineHours(rule);
}

function deadlineHours({ severity }: Rule): number {
  return severity === 'critical' ? 24 : 7 * 24;
}
