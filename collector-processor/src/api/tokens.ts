import { createHash, timingSafeEqual } from 'node:crypto';
import type { ActorKind } from '@cnapp-slo/model';

/** `forward`: says who acts, as a Grafana does that has signed them in (`X-Grafana-Id`, `X-Grafana-User`). */
export type Permission = 'read' | 'write' | 'approve' | 'forward';

const permissionNames: readonly string[] = ['read', 'write', 'approve', 'forward'] satisfies Permission[];

/** Who calls: the name becomes the actor of what the call records. */
export interface Caller {
  name: string;
  kind: ActorKind;
  /** `*`: every tenant. */
  tenants: '*' | readonly string[];
  permissions: ReadonlySet<Permission>;
}

export interface TokenEntry {
  sha256: Buffer;
  caller: Caller;
}

/** Everybody, where no tokens are configured. */
export const anonymous: Caller = {
  name: 'anonymous',
  kind: 'unknown',
  tenants: '*',
  permissions: new Set<Permission>(['read', 'write', 'approve']),
};

/**
 * Tokens at rest, one a line: `SHA256_HEX NAME TENANTS PERMISSIONS [human|automation]`, tenants and permissions separated by
 * commas, `*` for every tenant; `#` starts a comment. `printf %s "$TOKEN" | sha256sum` gives the first field.
 * Throws an Error that names `origin` and the line, never its content.
 */
export function parseTokens(text: string, origin: string): TokenEntry[] {
  const entries: TokenEntry[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const content = line.replace(/#.*/, '').trim();
    if (content === '') continue;
    const wrong = (what: string) => new Error(`${origin}: line ${index + 1}: ${what}`);
    const [hash = '', name, tenants, permissions, kind = 'human', ...rest] = content.split(/\s+/);
    if (!/^[0-9a-f]{64}$/.test(hash)) throw wrong('the first field must be a SHA-256 in lower-case hex');
    if (!name || !tenants || !permissions || rest.length > 0) throw wrong('want HASH NAME TENANTS PERMISSIONS [KIND]');
    if (kind !== 'human' && kind !== 'automation') throw wrong('the kind must be human or automation');
    const granted = permissions.split(',');
    if (!granted.every(isPermission)) throw wrong(`permissions are ${permissionNames.join(', ')}`);
    entries.push({
      sha256: Buffer.from(hash, 'hex'),
      caller: {
        name,
        kind,
        tenants: tenants === '*' ? '*' : tenants.split(','),
        permissions: new Set(granted),
      },
    });
  }
  return entries;
}

function isPermission(text: string): text is Permission {
  return permissionNames.includes(text);
}

/** The caller that a token belongs to. Compares with every entry, in constant time each, so that timing tells nothing. */
export function callerOf(entries: readonly TokenEntry[], token: string): Caller | null {
  const presented = createHash('sha256').update(token).digest();
  let found: Caller | null = null;
  for (const entry of entries) {
    if (timingSafeEqual(entry.sha256, presented)) found = entry.caller;
  }
  return found;
}
