import type { FindingObservation, FindingVerdict, Json, JsonObject } from '@cnapp-slo/model';
import { isObject, num, obj, objects, str } from '../read.ts';
import { severityOfOcsf } from '../severity.ts';

/** Whether the event is one verdict as our own encoder writes it. */
export function isOwnObservation(event: JsonObject): boolean {
  return str(event, 'metadata', 'product', 'name') === 'cnapp-slo' && isObject(obj(event, 'unmapped').cnapp);
}

/** The verdict that the event was made from: what OCSF has a place for from there, the rest from `unmapped.cnapp`. */
export function ownObservation(event: JsonObject): FindingObservation | undefined {
  const info = obj(event, 'finding_info');
  const resource = objects(event, 'resources')[0];
  const kept = obj(event, 'unmapped', 'cnapp');
  const { verdict, native_id: nativeId } = kept;
  const rule = str(info, 'analytic', 'uid');
  const id = str(resource, 'uid');
  const atMs = num(event, 'time');
  if (rule === undefined || id === undefined || atMs === undefined || !isVerdict(verdict)) return undefined;
  const techniques = objects(info, 'attacks').map((attack) => str(attack, 'technique', 'uid') ?? '_');
  const remediation =
    str(event, 'remediation', 'desc') ?? str(objects(event, 'vulnerabilities')[0], 'remediation', 'desc');
  return {
    kind: 'finding',
    detector: str(info, 'product', 'name') ?? 'ocsf',
    detectorClass: str(info, 'types', 0) ?? 'posture',
    rule,
    title: str(info, 'title') ?? rule,
    asset: {
      id,
      kind: str(resource, 'type') ?? 'resource',
      ...present('name', resource?.name),
      ...present('namespace', resource?.namespace),
      ...obj(kept.asset),
    },
    verdict,
    severity: severityOfOcsf(num(event, 'severity_id')),
    atMs,
    ...present('nativeId', nativeId),
    ...('attacks' in info ? { techniques } : {}),
    ...present('remediation', remediation),
    ...unmapped(kept),
  } as unknown as FindingObservation;
}

/** Members without a place in OCSF, and what each of them is. */
const UNMAPPED: Record<string, (value: Json) => boolean> = {
  discriminator: isText,
  scope: isText,
  scanId: isText,
  confidence: isNumber,
  advisoryPublishedMs: isNumber,
  ruleEnabledMs: isNumber,
  drift: isObject,
  context: isObject,
  evidence: isObject,
  compliance: isObject,
  links: Array.isArray,
};

function unmapped(kept: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(kept).filter(([name, value]) => UNMAPPED[name]?.(value) === true));
}

function isText(value: Json): boolean {
  return typeof value === 'string';
}

function isNumber(value: Json): boolean {
  return typeof value === 'number';
}

function present(name: string, value: Json | undefined): JsonObject {
  return value === undefined ? {} : { [name]: value };
}

const VERDICTS: readonly FindingVerdict[] = ['fail', 'pass', 'suppressed', 'not_applicable', 'error'];

function isVerdict(value: Json | undefined): value is FindingVerdict {
  return VERDICTS.some((verdict) => verdict === value);
}
