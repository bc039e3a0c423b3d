import type { ChannelResult } from './channel.ts';

export interface HttpCall {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH';
  url: string;
  headers?: Record<string, string>;
  /** Sent as it is when text, else as JSON. */
  body?: unknown;
  timeoutMs: number;
}

/** An answer of 2xx with its JSON (undefined where it is none), or why there is none. */
export type HttpAnswer = { ok: true; json: unknown } | { ok: false; result: Exclude<ChannelResult, { ref: unknown }> };

const MAX_ANSWER_BYTES = 1024 * 1024;

/** One request. Never rejects; a code says what went wrong and never holds the URL, which may be a secret. */
export async function httpCall({ method, url, headers, body, timeoutMs }: HttpCall): Promise<HttpAnswer> {
  try {
    const response = await fetch(url, {
      method,
      redirect: 'error', // credentials go nowhere else
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = (await response.text()).slice(0, MAX_ANSWER_BYTES);
    if (response.ok) return { ok: true, json: parse(text) };
    return { ok: false, result: failure(response) };
  } catch (error) {
    const isTimeout = error instanceof Error && error.name === 'TimeoutError';
    return { ok: false, result: { status: 'retryable', code: isTimeout ? 'timeout' : 'unreachable' } };
  }
}

function failure({ status, headers }: Response): Exclude<ChannelResult, { ref: unknown }> {
  const code = `http_${status}`;
  if (status < 500 && status !== 429 && status !== 408) return { status: 'rejected', code };
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds)
    ? { status: 'retryable', code, retryAfterMs: seconds * 1000 }
    : { status: 'retryable', code };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
