import { type Deployment, pipelineSpans } from '../telemetry/cicd-spans.ts';
import { commitOf, pushEvent, type Run, workflowRunEvent } from '../telemetry/github.ts';
import type { Stage } from './stage.ts';

export interface PipelineSettings {
  repository: string;
  author: string;
  message: string;
  /** The workflow's. */
  name: string;
  gate: string;
  deployment: Deployment | null;
}

/** A push, and six seconds later the report of the pipeline that it started: its run. */
export function* runPipeline(stage: Stage, settings: PipelineSettings): Generator<number, Run> {
  const { repository, author, message, name, gate, deployment } = settings;
  const commit = commitOf(repository, author, message, stage.now(), stage.random);
  stage.emit([pushEvent(commit)]);
  yield 6;
  const run: Run = {
    commit,
    id: stage.random.between(20_000_000_000, 29_999_999_999),
    name,
    startMs: commit.atMs + 1000,
    endMs: stage.now(),
    succeeded: true,
  };
  stage.emit([workflowRunEvent(run), ...pipelineSpans(run, gate, deployment, stage.random)]);
  yield 1;
  return run;
}
