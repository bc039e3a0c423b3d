import type { ChangeObservation } from '@cnapp-slo/model';

/** An autoscaler's declared range for a workload's replicas. */
export interface ReplicaBounds {
  min: number;
  max: number;
}

const AUTOSCALER =
  /^system:serviceaccount:(kube-system:horizontal-pod-autoscaler|[^:]+:(keda-operator|vpa-\w+))$|^system:(kube-)?controller-manager$|^(horizontal-pod-autoscaler|keda)$/;

/**
 * Why a difference in replicas is no drift (SLI-DEFINITIONS 3, reason 1): the last writer of the field is a declared autoscaler, and the value lies within its bounds.
 * `writer` is the audit event's user, or the manager of `spec.replicas` in managedFields. Null: it is drift.
 */
export function isExpectedDrift(
  field: string,
  value: number,
  writer: string,
  bounds: ReplicaBounds | undefined,
): 'autoscaler' | null {
  if (field !== 'spec.replicas' || bounds === undefined || !AUTOSCALER.test(writer)) return null;
  return value >= bounds.min && value <= bounds.max ? 'autoscaler' : null;
}

/** Whether a change is an autoscaler's write to a workload's replicas. */
export function isAutoscaling(change: ChangeObservation): boolean {
  return AUTOSCALER.test(change.actor.id) && change.fields?.every((field) => field === 'spec.replicas') === true;
}
