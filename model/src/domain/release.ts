import type { SliId } from '../api.ts';
import type { GateOverride, Maintenance } from './declaration.ts';
import type { Fact } from './fact.ts';
import type { Actor } from './observation.ts';

/** What was said of one override or maintenance window. */
export interface StepsRecord<Step extends GateOverride | Maintenance> {
  tenant: string;
  id: string;
  /** By event time, then fact id. */
  steps: (Step & { factId: string })[];
}
export type OverrideRecord = StepsRecord<GateOverride>;
export type MaintenanceRecord = StepsRecord<Maintenance>;

export function mergeOverride(known: OverrideRecord | undefined, fact: Fact): OverrideRecord {
  if (fact.body.kind !== 'gate_override') throw new Error(`${fact.body.kind} overrides nothing`);
  return withStep(known, fact, fact.body.overrideId, fact.body);
}

export function mergeMaintenance(known: MaintenanceRecord | undefined, fact: Fact): MaintenanceRecord {
  if (fact.body.kind !== 'maintenance') throw new Error(`${fact.body.kind} is no maintenance`);
  return withStep(known, fact, fact.body.maintenanceId, fact.body);
}

function withStep<Step extends GateOverride | Maintenance>(
  known: StepsRecord<Step> | undefined,
  { id: factId, tenant }: Fact,
  id: string,
  step: Step,
): StepsRecord<Step> {
  const steps = [...(known?.steps ?? []), { ...step, factId }];
  return { tenant, id, steps: steps.sort((a, b) => a.atMs - b.atMs || (a.factId < b.factId ? -1 : 1)) };
}

export interface OverrideState {
  reason: string;
  service: string | null;
  environment: string | null;
  changeKind: string | null;
  requestedBy: Actor;
  requestedMs: number;
  approvedBy: Actor | null;
  approvedMs: number | null;
  withdrawnMs: number | null;
}

/** An override as it stands. Times epoch ms; null: not yet, or everything. */
export interface OverrideView extends Omit<OverrideState, 'withdrawnMs'> {
  id: string;
  state: 'requested' | 'in_force' | 'withdrawn' | 'expired';
  /** 24 h after it was agreed to; before that, until when it can be. */
  expiresMs: number;
}

/** A maintenance window as it stands. Times epoch ms; `slis` null: all. */
export interface MaintenanceView {
  id: string;
  state: 'planned' | 'in_force' | 'over';
  owner: string;
  reason: string;
  fromMs: number;
  toMs: number;
  slis: SliId[] | null;
}

/** Null: nobody has asked for it. Who asks cannot agree. */
export function overrideState({ steps }: OverrideRecord): OverrideState | null {
  const request = steps.find(({ step }) => step === 'requested');
  if (!request) return null;
  const approval = steps.find(({ step, actor }) => step === 'approved' && actor.id !== request.actor.id);
  return {
    reason: request.reason ?? '',
    service: request.service ?? null,
    environment: request.environment ?? null,
    changeKind: request.changeKind ?? null,
    requestedBy: request.actor,
    requestedMs: request.atMs,
    approvedBy: approval?.actor ?? null,
    approvedMs: approval?.atMs ?? null,
    withdrawnMs: steps.find(({ step }) => step === 'withdrawn')?.atMs ?? null,
  };
}

export interface MaintenanceState {
  owner: string;
  reason: string;
  fromMs: number;
  /** Its planned end, or an earlier one that was declared. */
  toMs: number;
  /** Null: every SLI. */
  slis: SliId[] | null;
}

/** Null: it was never planned. */
export function maintenanceState({ steps }: MaintenanceRecord): MaintenanceState | null {
  const plan = steps.find(({ step }) => step === 'planned');
  if (!plan) return null;
  const ended = steps.find(({ step }) => step === 'ended');
  return {
    owner: plan.owner ?? plan.actor.id,
    reason: plan.reason ?? '',
    fromMs: plan.fromMs ?? plan.atMs,
    toMs: Math.min(plan.toMs ?? plan.atMs, ended?.atMs ?? Number.POSITIVE_INFINITY),
    slis: plan.slis ?? null,
  };
}
