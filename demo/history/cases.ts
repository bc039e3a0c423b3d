import type { Resource } from '../company/company.ts';
import { infrastructureRepository } from '../company/company.ts';
import type { Random } from '../random.ts';
import { pipelineSpans } from '../telemetry/cicd-spans.ts';
import { type Caller, cloudtrailRecord } from '../telemetry/cloudtrail.ts';
import { commitOf, pushEvent, type Run, workflowRunEvent } from '../telemetry/github.ts';
import { patchEvent } from '../telemetry/k8s-audit.ts';
import type { Telemetry } from '../telemetry/record.ts';
import { configAuditOf, prowlerScanOf, securityHubUpdateOf } from '../telemetry/scanners.ts';
import type { Violation, World } from '../world.ts';
import { MINUTE } from './calendar.ts';
import type { Case } from './violations.ts';

/** What the company's tools say of a case: the call that opened it, the scan it triggered, the fix and its proof. */
export function caseTelemetry(world: World, planned: Case, random: Random): Telemetry[] {
  const { violation, opened, fixedBy, scanMs, proofMs } = planned;
  const telemetry: Telemetry[] = [];
  if (opened) telemetry.push(...changeOf(violation, violation.startMs, opened, true, random));
  if (scanMs !== null) telemetry.push(...scanOf(world, violation.resource, violation.rule.scanner, scanMs));
  if (violation.endMs !== null && proofMs !== null) {
    telemetry.push(...changeOf(violation, violation.endMs, fixedBy, false, random));
    telemetry.push(...scanOf(world, violation.resource, violation.rule.scanner, proofMs));
  }
  return telemetry;
}

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
export function applyRun(resource: Resource, message: string, atMs: number, random: Random): Telemetry[] {
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

export function scanOf(
  world: World,
  resource: Resource,
  scanner: 'prowler' | 'securityhub' | 'trivy',
  atMs: number,
): Telemetry[] {
  if (scanner === 'trivy') return [configAuditOf(world, resource, atMs)];
  return scanner === 'prowler' ? prowlerScanOf(world, resource, atMs) : securityHubUpdateOf(world, resource, atMs);
}
