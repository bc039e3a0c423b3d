import type { Attributes } from './record-view.ts';
import type { Wire } from './wire.ts';

/** Bounds what is kept: 1,024 resources of up to 2 KiB. A larger one is read each time, a full table starts over. */
const maxResources = 1024;
const maxResourceBytes = 2048;
const resources = new Map<string, Attributes>();

/**
 * The attributes of the Resource message from the position up to `end`. A service sends the same resource with every
 * request: one object stands for all byte-equal ones, so that callers can cache what they derive from it (WeakMap).
 */
export function internResource(wire: Wire, end: number, read: () => Attributes): Attributes {
  if (end - wire.pos > maxResourceBytes) return read();
  const key = wire.bytes.toString('latin1', wire.pos, end);
  const known = resources.get(key);
  if (known !== undefined) {
    wire.pos = end;
    return known;
  }
  const resource = Object.freeze(read());
  if (resources.size === maxResources) resources.clear();
  resources.set(key, resource);
  return resource;
}
