import type { Company, Resource } from './company/company.ts';
import type { Rule } from './company/rules.ts';
import type { DriftKind } from './telemetry/terraform.ts';
import type { Advisory } from './telemetry/trivy-operator.ts';

/** What is wrong with the company, and when: all that its telemetry tells follows from this. Times epoch ms; `endMs` null: it goes on. */
export interface World {
  company: Company;
  violations: Violation[];
  exposures: Exposure[];
  drifts: Drift[];
  /** Rollouts, by time. */
  releases: Release[];
  /** Scratch resources come and go; every other one is there all the time. */
  lifetimes: Map<string, { fromMs: number; toMs: number }>;
}

interface Lasting {
  startMs: number;
  endMs: number | null;
}

/** A resource that fails a scanner's rule. */
export interface Violation extends Lasting {
  rule: Rule;
  resource: Resource;
  /** The company has accepted it in the scanner's mute list from here on. */
  mutedMs?: number;
}

/** A deployment whose image holds a vulnerable package that is known. */
export interface Exposure extends Lasting {
  advisory: Advisory;
  deployment: Resource;
}

export interface Release {
  deployment: Resource;
  atMs: number;
  tag: string;
}

export interface Drift extends Lasting {
  resource: Resource;
  kind: DriftKind;
}

export function isOn({ startMs, endMs }: Lasting, atMs: number): boolean {
  return startMs <= atMs && (endMs === null || atMs < endMs);
}

export function violationsOf(world: World, resource: Resource, atMs: number): Violation[] {
  return world.violations.filter((violation) => violation.resource === resource && isOn(violation, atMs));
}

/** False for a scratch resource before and after its life, and for what somebody deleted past Terraform. */
export function exists(world: World, resource: Resource, atMs: number): boolean {
  const lifetime = world.lifetimes.get(resource.id);
  if (lifetime && (atMs < lifetime.fromMs || atMs >= lifetime.toMs)) return false;
  return !world.drifts.some((drift) => drift.resource === resource && drift.kind === 'missing' && isOn(drift, atMs));
}

export function driftsAt(world: World, atMs: number): Map<string, DriftKind> {
  return new Map(world.drifts.filter((drift) => isOn(drift, atMs)).map(({ resource, kind }) => [resource.id, kind]));
}

export function advisoriesOf(world: World, deployment: Resource, atMs: number): Advisory[] {
  const on = world.exposures.filter((exposure) => exposure.deployment === deployment && isOn(exposure, atMs));
  return on.map(({ advisory }) => advisory);
}

/** The tag that a deployment runs. */
export function tagAt(world: World, deployment: Resource, atMs: number): string {
  const last = world.releases.findLast((release) => release.deployment === deployment && release.atMs <= atMs);
  return last?.tag ?? 'v1.0.0';
}
