import type { AssetRef, ChangeObservation, Decoded, Envelope, FormatAdapter, Json, JsonObject } from '@cnapp-slo/model';
import { principalAsset } from '../canonical-id.ts';
import { contentId } from '../content-id.ts';
import { accept, actorOf, change, reject } from '../observe.ts';
import { firstStr, isObject, objects, str } from '../read.ts';
import { eventTime } from '../time.ts';

/** Okta's System Log. Source: developer.okta.com/docs/api/openapi/okta-management/management/tag/SystemLog. */
export const okta: FormatAdapter = {
  id: 'okta',
  stability: 'beta',
  matches: (doc) =>
    isObject(doc) &&
    typeof doc.eventType === 'string' &&
    (isObject(doc.actor) || Array.isArray(doc.target)) &&
    (isObject(doc.outcome) || 'published' in doc || Array.isArray(doc.target)) &&
    !('publisherId' in doc),
  decode,
};

const CONTEXT =
  /^(user\.(session\.(?!impersonation)|authentication|mfa\.factor\.(?!(activate|deactivate|reset_all))|account\.access)|policy\.evaluate|app\.(oauth2|access)|system\.(api_token\.use|email|sms|push)|security\.(request|threat)|user\.risk)/;

/** What is skipped, deferred, scheduled or answered with a challenge has neither happened nor failed. */
const OUTCOMES: Record<string, ChangeObservation['outcome']> = {
  SUCCESS: 'success',
  ALLOW: 'success',
  FAILURE: 'failure',
  DENY: 'failure',
  RATE_LIMIT: 'failure',
  ABANDONED: 'failure',
};

function decode(doc: Json, envelope: Envelope): Decoded {
  if (!isObject(doc)) return reject('okta.schema', 'not an object');
  const type = str(doc, 'eventType') ?? 'unknown';
  const atMs = eventTime(envelope, doc.published);
  const kind = str(doc, 'actor', 'type');
  const actor = actorOf(
    str(doc, 'actor', 'alternateId') ?? str(doc, 'actor', 'id'),
    // Service apps act by themselves, whatever their alternate id.
    kind !== undefined && /^(SystemPrincipal|PublicClientApp(Entity)?)$/.test(kind) ? 'automation' : undefined,
  );
  const assets = targetsOf(doc);
  const action = `okta:${directionOf(type, doc)}`;
  if (CONTEXT.test(type))
    return accept({ kind: 'activity', action, atMs, actor, ...(assets[0] === undefined ? {} : { asset: assets[0] }) });
  const result = str(doc, 'outcome', 'result');
  return accept(
    change({
      nativeId: str(doc, 'uuid') ?? contentId(doc),
      changeKind: 'api',
      action,
      atMs,
      assets,
      actor,
      outcome: OUTCOMES[result ?? ''] ?? 'unknown',
      title: str(doc, 'displayMessage') ?? type,
    }),
  );
}

/**
 * The one event `user.account.privilege.grant` says grant and revoke; only the target's type tells. Old tenants send neither: it is a grant then.
 */
function directionOf(type: string, doc: JsonObject): string {
  if (!/privilege\.grant$/.test(type)) return type;
  const types = objects(doc, 'target').map((target) => str(target, 'type') ?? '');
  const revoked = types.some((target) => /UNASSIGNED|BINDING_REMOVED|REMOVED$/.test(target));
  return revoked ? type.replace(/grant$/, 'revoke') : type;
}

/** Those with an id of their own first; policies, groups and tokens have `unknown` for it and are known by their names. */
function targetsOf(doc: JsonObject): AssetRef[] {
  const targets = objects(doc, 'target').filter((target) => !/^(ROLE|CUSTOM_ROLE)/.test(str(target, 'type') ?? ''));
  const isKnown = (target: JsonObject): boolean => !/^unknown$/i.test(str(target, 'alternateId') ?? 'unknown');
  return [...targets.filter(isKnown), ...targets.filter((target) => !isKnown(target))].flatMap((target) => {
    const name = (isKnown(target) ? str(target, 'alternateId') : undefined) ?? firstStr(target, 'displayName', 'id');
    return name === undefined ? [] : [principalAsset('okta', name, (str(target, 'type') ?? 'target').toLowerCase())];
  });
}
