import type { Json, JsonObject } from '@cnapp-slo/model';
import { isObject, str } from '../read.ts';

const MAX_FIELDS = 20;

/** The fields that a request touched: a merge patch's leaves, a JSON patch's paths, a scale's replicas; undefined when the audit level hides the body. */
export function changedFields(event: JsonObject, subresource: string | undefined): string[] | undefined {
  if (subresource === 'scale') return ['spec.replicas'];
  const body = event.requestObject;
  const verb = str(event, 'verb');
  if (verb !== 'patch' || body === undefined || body === null) return undefined;
  const fields = new Set<string>();
  if (Array.isArray(body)) {
    for (const operation of body) {
      const path = str(operation, 'path');
      if (path !== undefined)
        fields.add(
          path
            .slice(1)
            .replace(/\/\d+(?=\/|$)/g, '')
            .replaceAll('/', '.'),
        );
    }
  } else collect(body, '', fields);
  return fields.size === 0 ? undefined : [...fields].slice(0, MAX_FIELDS);
}

/** Leaves without list positions; identity and merge keys are no change. */
function collect(value: Json, path: string, into: Set<string>): void {
  if (into.size >= MAX_FIELDS) return;
  if (Array.isArray(value)) {
    for (const item of value) {
      if (isObject(item)) collect(item, path, into);
      else if (path !== '') into.add(path);
    }
    return;
  }
  if (!isObject(value)) {
    if (path !== '' && !/^(kind|apiVersion|metadata\.(name|namespace|uid|resourceVersion))$|\.name$|\$/.test(path))
      into.add(path);
    return;
  }
  for (const [key, item] of Object.entries(value)) collect(item, path === '' ? key : `${path}.${key}`, into);
}
