import { infrastructureRepository, type Resource } from '../../company/company.ts';
import { rule } from '../../company/rules.ts';
import { cloudtrailRecord } from '../../telemetry/cloudtrail.ts';
import type { Run } from '../../telemetry/github.ts';
import type { Telemetry } from '../../telemetry/record.ts';
import { prowlerScanOf } from '../../telemetry/scanners.ts';
import type { Violation } from '../../world.ts';
import { runPipeline } from '../pipeline.ts';
import { beginningOfSecond, type Stage, type Story } from '../stage.ts';

const RULE = rule('s3_bucket_public_access');

/**
 * The story to follow: a commit opens a bucket to the world. Commit, pipeline, audit event, the scanner's FAIL, alert,
 * acknowledgement, the commit that takes it back, its audit event, PASS.
 */
export function* bucketStory(stage: Stage, bucket: Resource): Story {
  const { team } = bucket.service;
  const [author = '', onCall = ''] = team.people;
  const repository = infrastructureRepository(team);
  const violation: Violation = { rule: RULE, resource: bucket, startMs: stage.now(), endMs: null };
  const apply = (message: string, by: string): Generator<number, Run> =>
    runPipeline(stage, { repository, author: by, message, name: 'terraform-apply', gate: 'checkov', deployment: null });

  stage.announce(`${author} commits to ${repository}: it opens the bucket ${bucket.name} to the world.`);
  const opening = yield* apply(`allow partners to read ${bucket.name}`, author);
  yield* beginningOfSecond(stage);
  violation.startMs = stage.now();
  stage.world.violations.push(violation);
  stage.emit([policyCall(stage, bucket, true, opening.id)]);
  stage.announce('CloudTrail: PutBucketPolicy by the pipeline. From here on the bucket is public.');
  yield 25;
  stage.emit(prowlerScanOf(stage.world, bucket, stage.now()));
  stage.announce(`Prowler looks at the bucket: FAIL ${RULE.id}.`);
  yield 4;
  stage.alert(bucket, RULE.id);
  stage.announce(`The alert reaches the ${team.name} team.`);
  yield 12;
  stage.acknowledge(bucket, RULE.id, onCall);
  stage.announce(`${onCall} acknowledges.`);
  yield 5;
  stage.confirm(bucket, RULE.id, onCall);
  yield 10;
  const revert = yield* apply(`revert: ${bucket.name} must not be public`, onCall);
  violation.endMs = stage.now();
  stage.emit([policyCall(stage, bucket, false, revert.id)]);
  stage.announce('CloudTrail: DeleteBucketPolicy by the pipeline. Fixed, says the log; not yet verified.');
  yield 20;
  stage.emit(prowlerScanOf(stage.world, bucket, stage.now()));
  stage.announce('Prowler looks again: PASS. Fixed and verified.');
}

function policyCall(stage: Stage, bucket: Resource, opens: boolean, runId: number): Telemetry {
  return cloudtrailRecord(
    {
      atMs: stage.now(),
      resource: bucket,
      call: opens ? RULE.breaks : RULE.mends,
      caller: { pipeline: `deploy-${bucket.service.team.name}`, runId },
      parameters: RULE.request?.(bucket, opens) ?? {},
    },
    stage.random,
  );
}
