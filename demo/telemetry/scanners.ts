import type { Account, Cluster, Team } from '../company/catalogue.ts';
import type { Resource } from '../company/company.ts';
import { rulesOf } from '../company/rules.ts';
import { advisoriesOf, driftsAt, exists, tagAt, violationsOf, type World } from '../world.ts';
import { driftctlScan } from './driftctl.ts';
import { configSnapshot, deploymentObject } from './inventory.ts';
import { prowlerFinding } from './prowler.ts';
import type { LogRecord } from './record.ts';
import { securityHubFinding } from './securityhub.ts';
import { terraformPlan } from './terraform.ts';
import { configAuditReport, vulnerabilityReport } from './trivy-operator.ts';

/** What each scanner says of the world at an instant. */

const DAY_MS = 86_400_000;

/** `prowler aws`: every check on every resource of the account, passed or failed. */
export function prowlerFullScan(world: World, account: Account, atMs: number): LogRecord[] {
  return resourcesIn(world, account, atMs).flatMap((resource) => prowlerScanOf(world, resource, atMs));
}

/** `prowler aws --resource-arn`: every check on one resource. */
export function prowlerScanOf(world: World, resource: Resource, atMs: number): LogRecord[] {
  const violations = violationsOf(world, resource, atMs);
  return rulesOf('prowler', resource.kind).map((rule) => {
    const violation = violations.find((candidate) => candidate.rule === rule);
    const muted = violation?.mutedMs !== undefined && violation.mutedMs <= atMs;
    return prowlerFinding(rule, resource, violation === undefined ? 'PASS' : muted ? 'MUTED' : 'FAIL', atMs);
  });
}

/** Security Hub evaluates its controls daily, and when AWS Config sees a change. */
export function securityHubUpdate(world: World, account: Account, atMs: number): LogRecord[] {
  return resourcesIn(world, account, atMs).flatMap((resource) => securityHubUpdateOf(world, resource, atMs));
}

export function securityHubUpdateOf(world: World, resource: Resource, atMs: number): LogRecord[] {
  const violations = violationsOf(world, resource, atMs);
  return rulesOf('securityhub', resource.kind).map((rule) => {
    const failed = violations.some((violation) => violation.rule === rule);
    return securityHubFinding(rule, resource, failed ? 'FAIL' : 'PASS', atMs, atMs - 200 * DAY_MS);
  });
}

/** The trivy-operator's report on how a deployment is configured. */
export function configAuditOf(world: World, deployment: Resource, atMs: number): LogRecord {
  return configAuditReport(
    deployment,
    violationsOf(world, deployment, atMs).map(({ rule }) => rule),
    atMs,
  );
}

/** The trivy-operator's report on the image that a deployment runs. */
export function vulnerabilitiesOf(world: World, deployment: Resource, atMs: number): LogRecord {
  return vulnerabilityReport(deployment, tagAt(world, deployment, atMs), advisoriesOf(world, deployment, atMs), atMs);
}

/** What AWS Config has of the account. */
export function snapshotOf(world: World, account: Account, atMs: number): LogRecord {
  return configSnapshot(account, resourcesIn(world, account, atMs), atMs);
}

/** The cluster's deployments, as the Collector pulls them. */
export function deploymentsIn(world: World, cluster: Cluster, atMs: number): LogRecord[] {
  const own = world.company.resources.filter(
    ({ kind, service }) => kind === 'deployment' && service.team.cluster === cluster,
  );
  return own
    .filter((deployment) => exists(world, deployment, atMs))
    .map((deployment) => {
      const image = `${deployment.service.image}:${tagAt(world, deployment, atMs)}`;
      return deploymentObject(deployment, image, atMs);
    });
}

/** A team's scheduled Terraform plan. */
export function planOf(world: World, team: Team, atMs: number): LogRecord {
  const managed = world.company.resources.filter(
    (resource) => resource.service.team === team && !world.lifetimes.has(resource.id),
  );
  return terraformPlan(team, managed, driftsAt(world, atMs), atMs);
}

/** What driftctl finds in the account: scratch resources are in nobody's Terraform. */
export function driftctlOf(world: World, account: Account, atMs: number): LogRecord {
  const present = resourcesIn(world, account, atMs).filter(({ kind }) => kind !== 'deployment');
  const isScratch = ({ id }: Resource): boolean => world.lifetimes.has(id);
  const managed = present.filter((resource) => !isScratch(resource));
  return driftctlScan(account, managed, present.filter(isScratch), atMs);
}

function resourcesIn(world: World, account: Account, atMs: number): Resource[] {
  return world.company.resources.filter((resource) => resource.account === account && exists(world, resource, atMs));
}
