import type { Problem } from '@cnapp-slo/model';
import { CommandError, type Io, UsageError } from './command.ts';

/** Options of every command that asks a running processor. */
export const clientOptions = {
  url: { type: 'string', default: 'http://127.0.0.1:8080' },
} as const;

export const clientHelp = `  --url URL         the processor's API (default http://127.0.0.1:8080)
The token, where one is needed, is read from the environment: CNAPP_TOKEN.
`;

const timeoutMs = 60_000;
const closedCodes = ['ECONNRESET', 'UND_ERR_SOCKET', 'EPIPE'];

/** The running processor's API. Everything that goes wrong is a CommandError with `failureCode`. */
export class ApiClient {
  readonly #base: string;
  readonly #headers: Record<string, string>;
  readonly #failureCode: number;

  constructor(url: string, env: Io['env'], failureCode = 1) {
    if (!/^https?:\/\//.test(url) || !URL.canParse(url)) throw new UsageError(`--url: ${url} is no http address`);
    this.#base = `${url.replace(/\/+$/, '')}/api/v1`;
    this.#headers = env.CNAPP_TOKEN ? { authorization: `Bearer ${env.CNAPP_TOKEN}` } : {};
    this.#failureCode = failureCode;
  }

  /** `path` below `/api/v1`. Parameters that are undefined are left out. The answer is taken at the word of the API's description. */
  async get<T>(path: string, query: Readonly<Record<string, string | undefined>>): Promise<T> {
    const response = await this.#fetch(`${path}${queryString(query)}`, {});
    if (!response.ok) throw this.#failure(await problemOf(response));
    return (await response.json()) as T;
  }

  async postJson<T>(path: string, query: Readonly<Record<string, string | undefined>>, body: object): Promise<T> {
    const response = await this.#fetch(`${path}${queryString(query)}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw this.#failure(await problemOf(response));
    return (await response.json()) as T;
  }

  /** Bytes, as they are. A problem is an answer too: the caller knows what it means for the rest. */
  async post<T>(path: string, query: Readonly<Record<string, string | undefined>>, body: Uint8Array<ArrayBuffer>) {
    const response = await this.#fetch(`${path}${queryString(query)}`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body,
    });
    if (response.ok) return { ok: true as const, answer: (await response.json()) as T };
    const retryAfterSeconds = Number(response.headers.get('retry-after') ?? Number.NaN);
    return { ok: false as const, problem: await problemOf(response), retryAfterSeconds };
  }

  async #fetch(path: string, init: RequestInit, triesLeft = 3): Promise<Response> {
    try {
      return await fetch(this.#base + path, {
        ...init,
        headers: { ...this.#headers, ...init.headers },
        signal: AbortSignal.timeout(timeoutMs),
      });
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      const why = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
      // A kept connection that the other side closed just now. Everything that is asked here may be asked twice.
      if (closedCodes.includes(why) && triesLeft > 1) return this.#fetch(path, init, triesLeft - 1);
      throw new CommandError(`no processor answers at ${this.#base} (${why}); is one running?`, this.#failureCode);
    }
  }

  #failure(problem: Problem): CommandError {
    return new CommandError(describeProblem(problem), this.#failureCode);
  }
}

export function describeProblem({ status, code, title, detail }: Problem): string {
  return `${status} ${code}: ${detail ?? title}`;
}

function queryString(query: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
}

async function problemOf(response: Response): Promise<Problem> {
  const fallback = { type: 'about:blank', title: response.statusText, status: response.status, code: 'not_a_problem' };
  try {
    return { ...fallback, ...((await response.json()) as Partial<Problem>) };
  } catch {
    return fallback;
  }
}
