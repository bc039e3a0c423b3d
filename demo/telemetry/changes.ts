import { infrastructureRepository, type Resource } from '../company/company.ts';
import type { Scanner } from '../company/rules.ts';
import type { Random } from '../random.ts';
import type { Violation, World } from '../world.ts';
import { pipelineSpans } from './cicd-spans.ts';
import { type Caller, cloudtrailRecord } from './cloudtrail.ts';
import { commitOf, pushEvent, type Run, workflowRunEvent } from './github.ts';
import { patchEvent } from './k8s-audit.ts';
import type { Telemetry } from './record.ts';
import { configAuditOf, prowlerScanOf, securityHubUpdateOf } from './scanners.ts';

const MINUTE = 60_000;

/** What changes in the company, as its audit logs and pipelines tell it, and the scans that follow a change. */

/** The call that breaks or mends a rule; a pipeline's comes with the commit and the run behind it. */
export function changeOf(
  violation: Violation,
  atMs: number,
  caller: Caller,
  breaks: boolean,
  random: Random,
): Telemetry[] {
  const { rule, resource } = violation;
  const call = breaks ? rule.breaks : rule.mends;
  const change =
    resource.kind === 'deployment'
      ? patchEvent({ atMs, deployment: resource, caller, path: call, value: breaks }, random)
      : cloudtrailRecord({ atMs, resource, call, caller, parameters: rule.request?.(resource, breaks) ?? {} }, random);
  if ('person' in caller) return [change];
  const verb = breaks ? 'change' : 'restore';
  return [...applyRun(resource, `${verb} ${resource.name}`, atMs, random), change];
}

/** A commit to the team's Terraform and the pipeline that applied it at `atMs`. */
function applyRun(resource: Resource, message: string, atMs: number, random: Random): Telemetry[] {
  const { team } = resource.service;
  const repository = infrastructureRepository(team);
  const commit = commitOf(repository, random.pick(team.people), message, atMs - random.between(4, 9) * MINUTE, random);
  const run: Run = {
    commit,
    id: random.between(10_000_000_000, 19_999_999_999),
    name: 'terraform-apply',
    startMs: commit.atMs + 15_000,
    endMs: atMs + 20_000,
    succeeded: true,
  };
  return [pushEvent(commit), workflowRunEvent(run), ...pipelineSpans(run, 'checkov', null, random)];
}

export function scanOf(world: World, resource: Resource, scanner: Scanner, atMs: number): Telemetry[] {
  if (scanner === 'trivy') return [configAuditOf(world, resource, atMs)];
  return scanner === 'prowler' ? prowlerScanOf(world, resource, atMs) : securityHubUpdateOf(world, resource, atMs);
}

const EDITS: Record<Resource['kind'], string> = {
  bucket: 's3:PutBucketVersioning',
  security_group: 'ec2:UpdateSecurityGroupRuleDescriptionsIngress',
  role: 'iam:UpdateRoleDescription',
  database: 'rds:ModifyDBInstance',
  function: 'lambda:UpdateFunctionConfiguration20150331v2',
  deployment: 'spec.replicas',
};

/** An edit of what Terraform declares: by a person it is drift, by the pipeline its end. Scanners look at none of these settings. */
export function driftChange(resource: Resource, atMs: number, caller: Caller, random: Random): Telemetry {
  const byHand = 'person' in caller;
  if (resource.kind === 'deployment') {
    return patchEvent({ atMs, deployment: resource, caller, path: 'spec.replicas', value: byHand ? 9 : 3 }, random);
  }
  const parameters = resource.kind === 'database' ? { backupRetentionPeriod: byHand ? 1 : 14 } : {};
  return cloudtrailRecord({ atMs, resource, call: EDITS[resource.kind], caller, parameters }, random);
}
