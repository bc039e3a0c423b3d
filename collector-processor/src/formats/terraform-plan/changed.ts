import type { Json, JsonObject } from '@cnapp-slo/model';
import { at, isObject, obj } from '../read.ts';

/** Names of the attributes that differ between a change's before and after, never their values: those may be secrets. At most 20. */
export function changedAttributes(resource: JsonObject): string[] {
  const before = obj(resource, 'change', 'before');
  const after = obj(resource, 'change', 'after');
  const unknown = at(resource, 'change', 'after_unknown');
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  if (isObject(unknown)) for (const [name, value] of Object.entries(unknown)) if (value === true) names.add(name);
  const changed = [...names].filter((name) => !same(before[name] ?? null, after[name] ?? null));
  return changed.sort().slice(0, 20);
}

function same(a: Json, b: Json): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
