import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { ApiProblem } from '../problem.ts';
import type { Caller } from '../tokens.ts';

/**
 * Proof that a form came from a page that this process sent to this caller: browsers send Basic credentials along with whatever
 * another site makes them post, but no other site can read the page with the proof. A restart voids the proofs.
 */
export class FormTokens {
  readonly #key = randomBytes(32);

  /** For forms that post to `path`. */
  of(caller: Caller, path: string): string {
    return createHmac('sha256', this.#key).update(`${caller.name}\n${path}`).digest('base64url');
  }

  /** Throws a problem when the call is not a form of ours. */
  check(request: FastifyRequest, given: string | undefined): void {
    const { origin, 'sec-fetch-site': site } = request.headers;
    // Our pages send no referrer, and so an origin of `null`; then the browser says itself where the form was.
    const isForeign =
      site === undefined ? origin !== undefined && hostOf(origin) !== request.host : site !== 'same-origin';
    if (isForeign) {
      throw new ApiProblem(403, 'foreign_form', 'the form came from another site');
    }
    const want = Buffer.from(this.of(request.caller, request.url.split('?')[0] ?? ''));
    const is = Buffer.from(given ?? '');
    if (is.length !== want.length || !timingSafeEqual(is, want)) {
      throw new ApiProblem(403, 'form_expired', 'the page is too old: load it again, and then answer');
    }
  }
}

function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}
