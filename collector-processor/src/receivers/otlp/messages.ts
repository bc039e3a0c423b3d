import type { Signal } from '@cnapp-slo/model';

/** gRPC status codes that are used here (grpc/grpc:doc/statuscodes.md); google.rpc.Status has the same. */
export const rpcCode = {
  OK: 0,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  RESOURCE_EXHAUSTED: 8,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  UNAUTHENTICATED: 16,
} as const;
export type RpcCodeName = keyof typeof rpcCode;

/** An answer that is not a success. With `retryAfterMs` it carries a RetryInfo, which makes senders try again. */
export interface Refusal {
  code: RpcCodeName;
  message: string;
  retryAfterMs?: number;
}

const retryInfoType = 'type.googleapis.com/google.rpc.RetryInfo';
const noBytes = Buffer.alloc(0);

/** google.rpc.Status in protobuf: code (1), message (2), details (3) as Any. */
export function statusBytes(refusal: Refusal): Buffer {
  const { code, message, retryAfterMs } = refusal;
  const details = retryAfterMs === undefined ? noBytes : field(0x1a, retryInfo(retryAfterMs));
  return Buffer.concat([integer(0x08, rpcCode[code]), field(0x12, Buffer.from(message)), details]);
}

/** RetryInfo { Duration retry_delay = 1 } in an Any { type_url = 1, value = 2 }. */
function retryInfo(retryAfterMs: number): Buffer {
  const delay = Buffer.concat([
    integer(0x08, Math.floor(retryAfterMs / 1000)),
    integer(0x10, (retryAfterMs % 1000) * 1e6),
  ]);
  return Buffer.concat([field(0x0a, Buffer.from(retryInfoType)), field(0x12, field(0x0a, delay))]);
}

/** google.rpc.Status in protobuf JSON. */
export function statusJson(refusal: Refusal): object {
  const { code, message, retryAfterMs } = refusal;
  const details =
    retryAfterMs === undefined ? {} : { details: [{ '@type': retryInfoType, retryDelay: `${retryAfterMs / 1000}s` }] };
  return { code: rpcCode[code], message, ...details };
}

/** Export…ServiceResponse: empty for full success, else partial_success (1) with the count (1) and a reason (2). */
export function responseBytes(rejected: number, message: string): Buffer {
  if (rejected === 0 && message === '') return noBytes;
  return field(0x0a, Buffer.concat([integer(0x08, rejected), field(0x12, Buffer.from(message))]));
}

const rejectedName: Record<Signal, string> = {
  logs: 'rejectedLogRecords',
  traces: 'rejectedSpans',
  metrics: 'rejectedDataPoints',
};

export function responseJson(signal: Signal, rejected: number, message: string): object {
  if (rejected === 0 && message === '') return {};
  return { partialSuccess: { [rejectedName[signal]]: String(rejected), errorMessage: message } };
}

/** A length-delimited field; empty when its content is, as proto3 leaves defaults out. */
function field(tag: number, content: Buffer): Buffer {
  return content.length === 0 ? noBytes : Buffer.concat([Buffer.from([tag]), varint(content.length), content]);
}

function integer(tag: number, value: number): Buffer {
  return value === 0 ? noBytes : Buffer.concat([Buffer.from([tag]), varint(value)]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  bytes.push(rest);
  return Buffer.from(bytes);
}
