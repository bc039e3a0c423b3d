import type { NowMs } from '@cnapp-slo/model';
import { DEFAULT_TENANT } from '@cnapp-slo/model';

/** What becomes of an incident: somebody is woken, gets a ticket, or reads of it in the next digest. */
export type Urgency = 'page' | 'ticket' | 'digest';

/** What routes look at. */
export interface RouteSubject {
  severity: string;
  detector_class: string;
  criticality: string;
  environment: string | null;
  team: string;
  /** Of the tenant whose finding it is. */
  tenant: string;
}

/** Every named field has one of the values; a field that is absent matches all. */
export type Match = { [field in keyof RouteSubject]?: readonly string[] | undefined };

export interface Route {
  name: string;
  match: Match;
  urgency: Urgency;
}

/** A routing decision written down beside the routes, checked whenever they are read. */
export interface RouteExample {
  given: { [field in keyof RouteSubject]?: RouteSubject[field] | undefined };
  want: Urgency;
}

/** Holds back what matches, from `fromMs` until `untilMs`: a deployment window or a silence. Nothing held is forgotten. */
export interface Hold {
  name: string;
  match: Match;
  fromMs: number;
  untilMs: number;
}

export function matches(match: Match, subject: RouteSubject): boolean {
  return Object.entries(match).every(([field, values]) => {
    const value = subject[field as keyof RouteSubject];
    return values === undefined || (value !== null && values.includes(value));
  });
}

/** The first route that matches decides; where none does, it is for the digest. */
export function urgencyOf(subject: RouteSubject, routes: readonly Route[]): Urgency {
  return routes.find(({ match }) => matches(match, subject))?.urgency ?? 'digest';
}

/** The hold that lasts longest of those that hold the subject back now; null when none does. */
export function holdOn(subject: RouteSubject, holds: readonly Hold[], nowMs: ReturnType<NowMs>): Hold | null {
  const active = holds.filter((hold) => hold.fromMs <= nowMs && nowMs < hold.untilMs && matches(hold.match, subject));
  return active.sort((a, b) => b.untilMs - a.untilMs)[0] ?? null;
}

const UNSAID: RouteSubject = {
  severity: 'critical',
  detector_class: 'posture',
  criticality: 'c2',
  environment: 'production',
  team: 'unowned',
  tenant: DEFAULT_TENANT,
};

/** What is wrong with the examples: a line each, none when all come out as said. */
export function failedExamples(routes: readonly Route[], examples: readonly RouteExample[]): string[] {
  return examples.flatMap(({ given, want }, index) => {
    const is = urgencyOf({ ...UNSAID, ...given } as RouteSubject, routes);
    return is === want ? [] : [`example ${index + 1} ${JSON.stringify(given)}: want ${want}, is ${is}`];
  });
}
