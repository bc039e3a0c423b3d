import type { ExercisePlan, IncidentDeclaration, IncidentSeverity } from './declaration.ts';
import type { Fact } from './fact.ts';

/** A declared incident as its steps leave it. */
export interface IncidentRecord {
  tenant: string;
  id: string;
  /** By event time, then fact id. */
  steps: (IncidentDeclaration & { factId: string })[];
}

export function mergeIncident(known: IncidentRecord | undefined, fact: Fact): IncidentRecord {
  const { body } = fact;
  if (body.kind !== 'incident') throw new Error(`${body.kind} declares no incident`);
  const record = known ?? { tenant: fact.tenant, id: body.incidentId, steps: [] };
  const steps = [...record.steps, { ...body, factId: fact.id }];
  return { ...record, steps: steps.sort((a, b) => a.atMs - b.atMs || (a.factId < b.factId ? -1 : 1)) };
}

export interface DeclaredIncident {
  title: string;
  severity: IncidentSeverity;
  detectedMs: number;
  detectedBy: 'us' | 'outsider';
  subjectId: string | null;
  /** Merged into another, or dismissed as a false alarm: it does not count, whenever that was said. */
  void: 'merged' | 'dismissed' | null;
  closedMs: number | null;
}

/** Later words win over earlier ones. Null: no step declares it. */
export function declaredIncident(record: IncidentRecord): DeclaredIncident | null {
  const declared = record.steps.find((step) => step.step === 'declared');
  if (!declared) return null;
  const said: IncidentDeclaration = Object.assign({}, ...record.steps);
  const last = record.steps.findLast((step) => step.step === 'merged' || step.step === 'dismissed');
  return {
    title: said.title ?? record.id,
    severity: said.severity ?? 'S3',
    detectedMs: said.detectedMs ?? declared.atMs,
    detectedBy: said.detectedBy ?? 'us',
    subjectId: said.subjectId ?? null,
    void: last ? (last.step as 'merged' | 'dismissed') : null,
    closedMs: record.steps.findLast((step) => step.step === 'closed')?.atMs ?? null,
  };
}

export interface ExerciseRecord {
  tenant: string;
  /** The plan with the lowest fact id, should somebody plan the same exercise twice. */
  factId: string;
  plan: ExercisePlan;
}

export function mergeExercise(known: ExerciseRecord | undefined, fact: Fact): ExerciseRecord {
  const { body } = fact;
  if (body.kind !== 'exercise') throw new Error(`${body.kind} plans no exercise`);
  if (known && known.factId <= fact.id) return known;
  return { tenant: fact.tenant, factId: fact.id, plan: body };
}
