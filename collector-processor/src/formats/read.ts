import type { Json, JsonObject } from '@cnapp-slo/model';

/** Narrow readers: what is missing or of another type is undefined, never an exception. */

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value at a path of own keys (`at(doc, 'change', 'before', 'id')`). Numbers index arrays. */
export function at(value: Json | undefined, ...path: (string | number)[]): Json | undefined {
  let here: Json | undefined = value;
  for (const key of path) {
    if (typeof key === 'number') here = Array.isArray(here) ? here[key] : undefined;
    else here = isObject(here) && Object.hasOwn(here, key) ? here[key] : undefined;
    if (here === undefined) return undefined;
  }
  return here;
}

/** A non-empty string at a path; numbers count as their decimal form, because ids come as either. */
export function str(value: Json | undefined, ...path: (string | number)[]): string | undefined {
  const found = path.length === 0 ? value : at(value, ...path);
  if (typeof found === 'string') return found === '' ? undefined : found;
  return typeof found === 'number' ? String(found) : undefined;
}

/** A finite number at a path; numeric strings count. */
export function num(value: Json | undefined, ...path: (string | number)[]): number | undefined {
  const found = path.length === 0 ? value : at(value, ...path);
  if (typeof found === 'number') return Number.isFinite(found) ? found : undefined;
  if (typeof found !== 'string' || found.trim() === '') return undefined;
  const parsed = Number(found);
  return Number.isFinite(parsed) ? parsed : undefined;
}

/** A boolean at a path; `"true"` and `"false"` count. */
export function bool(value: Json | undefined, ...path: (string | number)[]): boolean | undefined {
  const found = path.length === 0 ? value : at(value, ...path);
  if (typeof found === 'boolean') return found;
  if (found === 'true') return true;
  return found === 'false' ? false : undefined;
}

/** The array at a path; an object or scalar that stands where a list of one should be counts as that list. */
export function list(value: Json | undefined, ...path: (string | number)[]): Json[] {
  const found = path.length === 0 ? value : at(value, ...path);
  if (Array.isArray(found)) return found;
  return found === undefined || found === null ? [] : [found];
}

/** The objects of the array at a path. */
export function objects(value: Json | undefined, ...path: (string | number)[]): JsonObject[] {
  return list(value, ...path).filter(isObject);
}

/** The strings of the array at a path. */
export function strings(value: Json | undefined, ...path: (string | number)[]): string[] {
  return list(value, ...path).filter((item): item is string => typeof item === 'string' && item !== '');
}

/** The object at a path, or an empty one. */
export function obj(value: Json | undefined, ...path: (string | number)[]): JsonObject {
  const found = path.length === 0 ? value : at(value, ...path);
  return isObject(found) ? found : {};
}

/** The first of the given keys that holds a string: for sources that spell one field in several ways. */
export function firstStr(value: Json | undefined, ...keys: string[]): string | undefined {
  for (const key of keys) {
    const found = str(value, key);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Parses JSON text to a value; undefined when it is none. */
export function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** The object without its undefined entries, as exactOptionalPropertyTypes wants it. */
export function defined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const result: Record<string, unknown> = {};
  for (const key in value) if (value[key] !== undefined) result[key] = value[key];
  return result as { [K in keyof T]: Exclude<T[K], undefined> };
}

/** Evidence: the entries that are small scalars, strings cut at 300 characters, at most 12. */
export function evidence(
  entries: Record<string, Json | undefined>,
): { evidence: Record<string, string | number | boolean> } | Record<string, never> {
  const kept: Record<string, string | number | boolean> = {};
  let count = 0;
  for (const [key, value] of Object.entries(entries)) {
    if (value === undefined || value === null || value === '' || typeof value === 'object' || count >= 12) continue;
    kept[key] = typeof value === 'string' ? value.slice(0, 300) : value;
    count += 1;
  }
  return count === 0 ? {} : { evidence: kept };
}
