import { type FetchError, isFetchError } from '@grafana/runtime';

/**
 * What went wrong between this page and the processor, as far as it tells a person what to do:
 * `unreachable` nothing listens at the address, or not in time · `unauthorized` the token is missing or wrong · `forbidden` it does not reach this far ·
 * `not_found` the processor knows no such thing · `wrong_address` something else answers there · `nonsense` the answer has not the shape of our API ·
 * `rejected` the processor found the request wrong · `failed` it, or Grafana, failed.
 */
export type ApiErrorKind =
  | 'unreachable'
  | 'unauthorized'
  | 'forbidden'
  | 'not_found'
  | 'wrong_address'
  | 'nonsense'
  | 'rejected'
  | 'failed';

/** These may pass without anybody touching the request or the settings. */
const transient: ReadonlySet<ApiErrorKind> = new Set([
  'unreachable',
  'unauthorized',
  'nonsense',
  'failed',
  'wrong_address',
]);

export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly kind: ApiErrorKind;
  readonly status: number | null;

  constructor(kind: ApiErrorKind, message: string, status: number | null = null) {
    super(message);
    this.kind = kind;
    this.status = status;
  }

  /** Whether asking again, unchanged, may succeed. */
  get isTransient(): boolean {
    return transient.has(this.kind);
  }
}

/** Reads what `getBackendSrv().fetch` threw. Grafana's proxy turns the processor's 401 into a 400 without its body, and no connection into 502. */
export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (!isFetchError(error)) return new ApiError('failed', error instanceof Error ? error.message : String(error));
  const { status } = error;
  const problem = problemOf(error);
  const message = problem?.detail ?? problem?.title ?? messageOf(error);
  return new ApiError(kindOf(status, problem?.code ?? null, messageOf(error)), message, status);
}

function kindOf(status: number, code: string | null, message: string): ApiErrorKind {
  if (status === 401 || (status === 400 && /authentication to data source failed/i.test(message)))
    return 'unauthorized';
  if (status === 403) return 'forbidden';
  if (status === 404) return code === null ? 'wrong_address' : 'not_found';
  if (status === 502 || status === 504 || (status === 503 && code === null)) return 'unreachable';
  if (status >= 400 && status < 500) return 'rejected';
  return 'failed';
}

interface ProblemBody {
  title?: string;
  detail?: string;
  code?: string;
}

/** The processor's RFC 9457 document; null where somebody else answered. */
function problemOf({ data }: FetchError<unknown>): ProblemBody | null {
  if (typeof data !== 'object' || data === null || !('code' in data) || typeof data.code !== 'string') return null;
  return data as ProblemBody;
}

function messageOf({ data, statusText, status }: FetchError<unknown>): string {
  if (typeof data === 'object' && data !== null) {
    if ('message' in data && typeof data.message === 'string' && data.message !== '') return data.message;
    if ('error' in data && typeof data.error === 'string') return data.error;
  }
  return statusText ?? `status ${status}`;
}
