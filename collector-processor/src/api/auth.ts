import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ForwardedIdentity, GrafanaIdentities } from './grafana-identity.ts';
import { ApiProblem } from './problem.ts';
import { anonymous, type Caller, callerOf, type Permission, type TokenEntry } from './tokens.ts';

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller;
  }
  interface FastifyContextConfig {
    /** What the route needs; routes without it are open (health, the API's description, static files). */
    permission?: Permission;
    /** Takes a browser's Basic credentials also for what writes: each call proves that a form of ours made it. */
    form?: boolean;
  }
}

/**
 * Decides who calls before a body is read. Without tokens everybody is `anonymous`; then a Host that is not this machine is refused,
 * unless `openToAll`, because a page elsewhere could point its own name at the loopback address (DNS rebinding).
 */
export function addAuthentication(
  app: FastifyInstance,
  tokens: readonly TokenEntry[],
  openToAll: boolean,
  identities: GrafanaIdentities | null,
  nameOf: (login: string) => string,
): void {
  app.decorateRequest('caller');
  app.addHook('onRequest', async (request) => {
    request.caller = anonymous;
    const permission = request.routeOptions.config.permission ?? (isApi(request) ? 'read' : undefined);
    if (tokens.length === 0) {
      if (!openToAll && !isThisMachine(request.host)) {
        throw new ApiProblem(421, 'wrong_host', 'only names of this machine are served without tokens');
      }
    } else if (permission !== undefined) {
      request.caller = authenticate(request, tokens, permission);
    }
    if (permission === undefined) return;
    const login = await loginOf(request.caller, request, identities);
    if (login) request.caller = { ...request.caller, name: nameOf(login.name), kind: login.kind };
  });
}

function isApi(request: FastifyRequest): boolean {
  return request.url === '/api' || request.url.startsWith('/api/');
}

function authenticate(request: FastifyRequest, tokens: readonly TokenEntry[], permission: Permission): Caller {
  const mayBeBasic = permission === 'read' || request.routeOptions.config.form === true;
  const token = presentedToken(request, mayBeBasic);
  const caller = token === null ? null : callerOf(tokens, token);
  if (caller === null) {
    // The live updates of a page that is open: there the browser has a name and password already.
    const isOfPage = request.headers['sec-fetch-site'] === 'same-origin';
    // Browsers ask for a name and password on Basic, which lets people read the pages; programs send Bearer.
    const challenge =
      isApi(request) && !isOfPage ? 'Bearer realm="cnapp"' : 'Basic realm="cnapp: any name, the token as password"';
    throw new ApiProblem(401, 'unauthorized', 'a valid token is needed: Authorization: Bearer TOKEN', {
      'www-authenticate': challenge,
    });
  }
  if (!caller.permissions.has(permission)) {
    throw new ApiProblem(403, 'forbidden', `the token "${caller.name}" lacks the permission ${permission}`);
  }
  return caller;
}

/** A login that Grafana's proxy passes on: it removes what the browser claims there. */
const forwardedUser = /^[!-~][ -~]{0,198}$/;

/**
 * For whom a token that may forward calls; null where no header says. Where a Grafana is configured, only what it has
 * signed counts, also without tokens.
 */
async function loginOf(
  caller: Caller,
  { headers }: FastifyRequest,
  identities: GrafanaIdentities | null,
): Promise<ForwardedIdentity | null> {
  if (caller !== anonymous && !caller.permissions.has('forward')) return null;
  const { 'x-grafana-id': signed, 'x-grafana-user': user } = headers;
  if (identities) return typeof signed === 'string' ? identities.verify(signed) : null;
  if (caller === anonymous || typeof user !== 'string' || !forwardedUser.test(user)) return null;
  return { name: user, kind: 'human' };
}

/** Basic credentials, which browsers send by themselves, only ever read, or post a form that proves its source. */
function presentedToken(request: FastifyRequest, mayBeBasic: boolean): string | null {
  const [scheme = '', credentials = ''] = (request.headers.authorization ?? '').split(' ', 2);
  if (scheme.toLowerCase() === 'bearer') return credentials;
  if (scheme.toLowerCase() !== 'basic' || !mayBeBasic) return null;
  const decoded = Buffer.from(credentials, 'base64').toString('utf8');
  return decoded.slice(decoded.indexOf(':') + 1);
}

/** Names and addresses that no other machine can own. */
export function isThisMachine(host: string): boolean {
  const name = host.replace(/:\d+$/, '').toLowerCase();
  return (
    name === 'localhost' ||
    name.endsWith('.localhost') ||
    name === '[::1]' ||
    name === '::1' ||
    /^127(\.\d{1,3}){3}$/.test(name)
  );
}

/**
 * The one tenant a list is narrowed to; undefined: all of them. A token of several tenants must say which.
 */
export function tenantFor(caller: Caller, requested: string | undefined): string | undefined {
  if (caller.tenants === '*') return requested;
  if (requested === undefined) {
    if (caller.tenants.length === 1) return caller.tenants[0];
    throw new ApiProblem(400, 'tenant_required', '"tenant" is needed: the token has several');
  }
  if (!caller.tenants.includes(requested)) {
    throw new ApiProblem(403, 'tenant_forbidden', `the token "${caller.name}" has no access to this "tenant"`);
  }
  return requested;
}

/** Whether something of this tenant may be shown; what may not is answered as if it did not exist. */
export function maySee(caller: Caller, tenant: string): boolean {
  return caller.tenants === '*' || caller.tenants.includes(tenant);
}
