import type { ActorKind, NowMs } from '@cnapp-slo/model';
import type { createRemoteJWKSet } from 'jose';
import type { GrafanaIdentityConfig } from './config.ts';
import { ApiProblem } from './problem.ts';

/** Grafana's clock and ours may differ by so much; its tokens live for ten minutes. */
const SKEW_SECONDS = 60;
/** Keys are kept so long. One that is not among them is looked for at once, but no more often than this. */
const KEYS_MS = 10 * 60_000;
const LOOK_AGAIN_MS = 30_000;
const FETCH_MS = 5000;

export interface ForwardedIdentity {
  name: string;
  kind: ActorKind;
}

/** Failures that are no fault of the token: Grafana's keys could not be had. */
const OUTAGES: readonly string[] = ['ERR_JOSE_GENERIC', 'ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID'];

/** Errors of jose have a code of their own. */
function isOutage(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return !code.startsWith('ERR_J') || OUTAGES.includes(code);
}

/**
 * Who a Grafana calls for, by the id token that it signs and forwards in `X-Grafana-Id` (12.3 does by itself):
 * ES256, verified by the keys that it publishes, which it changes every month.
 */
export class GrafanaIdentities {
  readonly #config: GrafanaIdentityConfig;
  readonly #lookAgainMs: number;
  readonly #now: NowMs;
  #keys: ReturnType<typeof createRemoteJWKSet> | undefined;

  constructor(config: GrafanaIdentityConfig, now: NowMs, lookAgainMs = LOOK_AGAIN_MS) {
    this.#config = config;
    this.#now = now;
    this.#lookAgainMs = lookAgainMs;
  }

  /** Throws a 401 for a token that is not this Grafana's, not for us or not of now; a 503 while its keys cannot be had. */
  async verify(token: string): Promise<ForwardedIdentity> {
    const { url, issuer, audience } = this.#config;
    const jose = await import('jose'); // what only its users should hold in memory
    this.#keys ??= jose.createRemoteJWKSet(new URL(`${url.replace(/\/$/, '')}/api/signing-keys/keys`), {
      cacheMaxAge: KEYS_MS,
      cooldownDuration: this.#lookAgainMs,
      timeoutDuration: FETCH_MS,
    });
    try {
      const { payload } = await jose.jwtVerify(token, this.#keys, {
        algorithms: ['ES256'],
        audience,
        ...(issuer !== undefined && { issuer }),
        requiredClaims: ['sub', 'exp', 'iat'],
        clockTolerance: SKEW_SECONDS,
        currentDate: new Date(this.#now()),
      });
      const { username, email, sub, type } = payload;
      const name = [username, email, sub].find((claim) => typeof claim === 'string' && claim !== '') as string;
      return { name, kind: type === 'user' ? 'human' : 'automation' };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (isOutage(error)) throw new ApiProblem(503, 'identity_unavailable', `Grafana's keys: ${reason}`);
      throw new ApiProblem(401, 'forwarded_identity', `X-Grafana-Id: ${reason}`);
    }
  }
}
