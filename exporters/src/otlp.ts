import type { HrTime } from '@opentelemetry/api';
import type { ExportResult } from './delivery-queue.ts';

/** gRPC status codes after which the same request may succeed (OTLP specification, "Failures"). */
const RETRYABLE: Record<number, string> = {
  1: 'cancelled',
  4: 'deadline_exceeded',
  8: 'resource_exhausted',
  10: 'aborted',
  11: 'out_of_range',
  14: 'unavailable',
  15: 'data_loss',
};

/** What an OTLP/gRPC client's answer means for the batch. */
export function grpcResult({ code, error }: { code: number; error?: Error }): ExportResult {
  if (code === 0) return { status: 'accepted' };
  const grpc = error && 'code' in error && typeof error.code === 'number' ? error.code : -1;
  const retryable = RETRYABLE[grpc];
  return retryable ? { status: 'retryable', code: retryable } : { status: 'rejected', code: `grpc_${grpc}` };
}

/** [seconds, nanoseconds] of epoch ms. */
export function hrTime(ms: number): HrTime {
  const seconds = Math.floor(ms / 1000);
  return [seconds, Math.round((ms - seconds * 1000) * 1e6)];
}
