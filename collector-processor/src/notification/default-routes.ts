import type { Route, RouteExample } from './routing.ts';

/** Somebody is woken for active exploitation and for exposure that matters; the rest of the incidents are tickets. */
export const DEFAULT_ROUTES: readonly Route[] = [
  {
    name: 'active exploitation',
    match: { severity: ['critical', 'high'], detector_class: ['runtime', 'identity'] },
    urgency: 'page',
  },
  {
    name: 'outside of production',
    match: {
      environment: ['dev', 'development', 'test', 'testing', 'staging', 'sandbox'],
      severity: ['critical', 'high'],
    },
    urgency: 'ticket',
  },
  {
    // An asset of unknown criticality counts as c2, and wakes somebody too.
    name: 'exposure',
    match: {
      severity: ['critical'],
      detector_class: ['posture', 'identity_config', 'secret'],
      criticality: ['c0', 'c1', 'c2'],
    },
    urgency: 'page',
  },
  { name: 'other incidents', match: { severity: ['critical', 'high'] }, urgency: 'ticket' },
];

/** What is not said of a subject is: critical, posture, c2, production. */
export const DEFAULT_ROUTE_EXAMPLES: readonly RouteExample[] = [
  { given: { detector_class: 'runtime', severity: 'high', environment: 'staging' }, want: 'page' },
  { given: { detector_class: 'identity', severity: 'critical' }, want: 'page' },
  { given: { detector_class: 'posture', severity: 'critical', criticality: 'c0' }, want: 'page' },
  { given: { detector_class: 'posture', severity: 'critical', environment: null }, want: 'page' },
  { given: { detector_class: 'secret', severity: 'critical' }, want: 'page' },
  { given: { detector_class: 'posture', severity: 'critical', criticality: 'c3' }, want: 'ticket' },
  { given: { detector_class: 'posture', severity: 'critical', environment: 'staging' }, want: 'ticket' },
  { given: { detector_class: 'posture', severity: 'high', criticality: 'c0' }, want: 'ticket' },
  { given: { detector_class: 'vulnerability', severity: 'critical', criticality: 'c0' }, want: 'ticket' },
  { given: { detector_class: 'runtime', severity: 'medium' }, want: 'digest' },
  { given: { detector_class: 'posture', severity: 'low' }, want: 'digest' },
];
