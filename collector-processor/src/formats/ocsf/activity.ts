import type { Envelope, JsonObject, Observation } from '@cnapp-slo/model';
import { contentId } from '../content-id.ts';
import { accept, actorOf, change } from '../observe.ts';
import { firstStr, num, str } from '../read.ts';
import { eventTime } from '../time.ts';
import { assetsOf } from './resource.ts';

/** API activity and identity changes (6003, 300x) become changes; reads, logins and network or host activity stay activities. */
export function activityOf(event: JsonObject, envelope: Envelope): Observation[] {
  const classUid = num(event, 'class_uid') ?? 0;
  const activity = num(event, 'activity_id') ?? 0;
  const atMs = eventTime(envelope, event.time, event.time_dt, event.end_time, event.start_time);
  const user = event.actor ?? event.user;
  const name =
    str(user, 'user', 'uid') ??
    str(user, 'user', 'name') ??
    firstStr(user, 'uid', 'name') ??
    str(event, 'actor', 'session', 'issuer');
  const actor = actorOf(name);
  const action = actionOf(event, classUid);
  if (classUid === 6002 || isStateChange(classUid, activity)) {
    const assets = assetsOf(event, envelope);
    const outcome = num(event, 'status_id') === 2 || /^fail/i.test(str(event, 'status') ?? '') ? 'failure' : 'success';
    const nativeId = str(event, 'metadata', 'uid') ?? str(event, 'api', 'request', 'uid') ?? contentId(event);
    return [
      change({
        nativeId,
        changeKind: classUid === 6002 ? 'deploy' : 'api',
        action,
        atMs,
        assets,
        actor,
        outcome,
        service: str(event, 'app', 'name'),
        title: str(event, 'message'),
      }),
    ];
  }
  if (classUid === 5023 || classUid === 5001 || classUid === 5020) {
    return assetsOf(event, envelope).map((asset) => ({
      kind: 'asset',
      asset,
      state: activity === 4 ? 'deleted' : 'present',
      atMs,
    }));
  }
  return accept({ kind: 'activity', action, atMs, actor, ...assetField(event, envelope) }).observations;
}

function assetField(event: JsonObject, envelope: Envelope): { asset?: ReturnType<typeof assetsOf>[number] } {
  const asset = assetsOf(event, envelope)[0];
  return asset === undefined || asset.kind === 'unknown' ? {} : { asset };
}

/** 6003: create, update and delete change state, read does not. 3001, 3004, 3005, 3006: every activity does. */
function isStateChange(classUid: number, activity: number): boolean {
  if (classUid === 6003) return activity === 1 || activity === 3 || activity === 4;
  return classUid === 3001 || classUid === 3004 || classUid === 3005 || classUid === 3006;
}

function actionOf(event: JsonObject, classUid: number): string {
  const operation = str(event, 'api', 'operation');
  const service = (str(event, 'api', 'service', 'name') ?? '').replace(/\.amazonaws\.com$/, '');
  const provider = (
    str(event, 'cloud', 'provider') ??
    str(event, 'metadata', 'product', 'name') ??
    'ocsf'
  ).toLowerCase();
  if (operation !== undefined) return `${provider}:${service === '' ? 'api' : service}:${operation}`;
  return `ocsf:${classUid}:${str(event, 'activity_name') ?? num(event, 'activity_id') ?? 'unknown'}`;
}
