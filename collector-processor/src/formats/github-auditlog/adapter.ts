import type { AssetRef, Decoded, Envelope, FormatAdapter, Json, JsonObject } from '@cnapp-slo/model';
import { principalAsset, repositoryAsset } from '../canonical-id.ts';
import { contentId } from '../content-id.ts';
import { accept, actorOf, change, reject } from '../observe.ts';
import { bool, isObject, str } from '../read.ts';
import { eventTime } from '../time.ts';

/** GitHub audit log events. Source: docs.github.com/organizations/keeping-your-organization-secure/…/audit-log-events-for-your-organization. */
export const githubAuditlog: FormatAdapter = {
  id: 'github-auditlog',
  stability: 'beta',
  matches: (doc) =>
    isObject(doc) &&
    typeof doc.action === 'string' &&
    '@timestamp' in doc &&
    ('_document_id' in doc || 'org' in doc || 'business' in doc || 'actor_id' in doc) &&
    !('rule' in doc),
  decode,
};

/** What only reads, moves code or logs in. */
const CONTEXT =
  /^(git\.(clone|fetch|push)|(org|business)\.(sso_response|sso_login)|user\.(login|failed_login|logout|two_factor)|workflows\.|api\.request|repo\.download_zip|org\.audit_log_export|codespaces\.)/;

function decode(doc: Json, envelope: Envelope): Decoded {
  if (!isObject(doc)) return reject('github-auditlog.schema', 'not an object');
  const action = str(doc, 'action') ?? 'unknown';
  const atMs = eventTime(envelope, doc['@timestamp'], doc.created_at);
  const actor = actorOf(str(doc, 'actor'), isBot(doc) ? 'automation' : 'human');
  const asset = assetOf(doc);
  if (CONTEXT.test(action) || /^(access|authentication)$/.test(str(doc, 'operation_type') ?? ''))
    return accept({
      kind: 'activity',
      action: `github:${action}`,
      atMs,
      actor,
      ...(asset === undefined ? {} : { asset }),
    });
  return accept(
    change({
      nativeId: str(doc, '_document_id') ?? contentId(doc),
      changeKind: 'api',
      action: `github:${action}`,
      atMs,
      assets: asset === undefined ? [] : [asset],
      actor,
      outcome: 'success',
      title: `${action} by ${actor.id}`,
    }),
  );
}

function isBot(doc: JsonObject): boolean {
  const token = str(doc, 'programmatic_access_type') ?? '';
  return (
    bool(doc, 'actor_is_bot') === true ||
    /\[bot\]$/.test(str(doc, 'actor') ?? '') ||
    /server-to-server|^GITHUB_TOKEN$/.test(token)
  );
}

function assetOf(doc: JsonObject): AssetRef | undefined {
  const repository = str(doc, 'repo') ?? str(doc, 'repository');
  if (repository !== undefined) return repositoryAsset(repository);
  const user = str(doc, 'user');
  if (user !== undefined) return principalAsset('github', user);
  const organisation = str(doc, 'org') ?? str(doc, 'business');
  return organisation === undefined ? undefined : principalAsset('github', organisation, 'organization');
}
