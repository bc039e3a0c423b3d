import type { Problem } from '@cnapp-slo/model';
import type { FastifyError, FastifyReply } from 'fastify';

/** Thrown by a route to answer with an RFC 9457 problem document. `code` is stable; `detail` names what was wrong. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, detail: string, headers: Record<string, string> = {}) {
    super(detail);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

export function notFound(what: string, id: string): ApiProblem {
  return new ApiProblem(404, 'not_found', `no ${what} has the id "${id}"`);
}

export function invalidParameter(name: string, why: string): ApiProblem {
  return new ApiProblem(400, 'invalid_parameter', `"${name}" ${why}`);
}

/** Asks a reader for a page; it refuses a cursor that is not its own with a RangeError. */
export function pageBy<T>(cursor: string | undefined, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (cursor !== undefined && error instanceof RangeError) {
      throw new ApiProblem(400, 'invalid_cursor', '"cursor" is not one that this list returned');
    }
    throw error;
  }
}

const titles: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Authentication needed',
  403: 'Not permitted',
  404: 'Not found',
  409: 'Conflict',
  413: 'Body too large',
  415: 'Content type not supported',
  421: 'Host not served here',
  500: 'Internal error',
  503: 'Not available now',
};

/** What went wrong as a problem document. An unforeseen error says nothing of its inside. */
export function toProblem(error: FastifyError | ApiProblem): ApiProblem {
  if (error instanceof ApiProblem) return error;
  const invalid = error.validation?.[0];
  if (invalid) {
    const { additionalProperty, missingProperty, allowedValues } = invalid.params as Record<string, unknown>;
    const name = String(additionalProperty ?? missingProperty ?? invalid.instancePath.slice(1));
    const allowed = Array.isArray(allowedValues) ? `: ${allowedValues.join(', ')}` : '';
    if (additionalProperty !== undefined) return invalidParameter(name, 'is not known here');
    if (missingProperty !== undefined) return invalidParameter(name, 'is missing');
    return invalidParameter(
      name || (error.validationContext ?? 'body'),
      `${invalid.message ?? 'is not valid'}${allowed}`,
    );
  }
  switch (error.statusCode) {
    case 400:
      return new ApiProblem(400, 'invalid_body', 'the body is not valid JSON');
    case 413:
      return new ApiProblem(413, 'body_too_large', 'the body is larger than allowed');
    case 415:
      return new ApiProblem(415, 'unsupported_media_type', 'the content type is not one this route takes');
    default:
      return new ApiProblem(500, 'internal', 'an unexpected error; see the log of the processor');
  }
}

export function problemTitle(status: number): string {
  return titles[status] ?? 'Error';
}

export function sendProblem(reply: FastifyReply, problem: ApiProblem): FastifyReply {
  const body: Problem = {
    type: `urn:cnapp-slo:problem:${problem.code}`,
    title: problemTitle(problem.status),
    status: problem.status,
    detail: problem.message,
    code: problem.code,
  };
  return reply.code(problem.status).headers(problem.headers).type('application/problem+json').send(body);
}
