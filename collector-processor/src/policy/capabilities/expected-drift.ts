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

/**
 * Why a resource that differs from its declaration has not drifted: everything that was written to what differs, since it last was as declared, is an autoscaler's
 * and lies within its bounds. `changed` are the fields that differ, where the comparison says so. Null: it is drift, above all when a person wrote, or nobody
 * knows who did.
 */
export function expectedReason(
  writes: readonly ChangeObservation[],
  changed: readonly string[] | undefined,
  bounds: ReplicaBounds | undefined,
): 'autoscaler' | null {
  if (changed?.some((field) => field !== 'spec.replicas')) return null;
  const relevant = changed === undefined ? writes : writes.filter((write) => touchesReplicas(write));
  if (relevant.length === 0) return null;
  const isExpected = relevant.every(
    (write) =>
      isAutoscaling(write) &&
      write.replicas !== undefined &&
      isExpectedDrift('spec.replicas', write.replicas, write.actor.id, bounds) !== null,
  );
  return isExpected ? 'autoscaler' : null;
}

/** A write that does not say what it touched may have touched anything. */
function touchesReplicas({ fields }: ChangeObservation): boolean {
  return fields?.includes('spec.replicas') ?? true;
}

/** Whether a change is an autoscaler's write to a workload's replicas. */
function isAutoscaling(change: ChangeObservation): boolean {
  return AUTOSCALER.test(change.actor.id) && change.fields?.every((field) => field === 'spec.replicas') === true;
}
