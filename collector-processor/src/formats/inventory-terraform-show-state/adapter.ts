import type { AssetObservation, Decoded, Envelope, FormatAdapter, Json, JsonObject } from '@cnapp-slo/model';
import { managed } from '../inventory-terraform-state/adapter.ts';
import { accept, reject } from '../observe.ts';
import { isObject, obj, objects, str } from '../read.ts';
import { eventTime } from '../time.ts';

/** `terraform show -json` of a state, without serial and lineage. An empty state has no `values`. Source: developer.hashicorp.com/terraform/internals/json-format. */
export const inventoryTerraformShowState: FormatAdapter = {
  id: 'inventory-terraform-show-state',
  stability: 'beta',
  matches: (doc) =>
    isObject(doc) &&
    typeof doc.format_version === 'string' &&
    (isObject(doc.values) || Object.keys(doc).every((key) => key === 'format_version' || key === 'terraform_version')),
  decode(doc: Json, envelope: Envelope): Decoded {
    if (!isObject(doc)) return reject('inventory-terraform-show-state.schema', 'not an object');
    return accept(...moduleResources(obj(doc, 'values', 'root_module'), eventTime(envelope), envelope));
  },
};

function moduleResources(module: JsonObject, atMs: number, envelope: Envelope): AssetObservation[] {
  const own = objects(module, 'resources')
    .filter((resource) => resource.mode === 'managed')
    .map((resource) =>
      managed(str(resource, 'type') ?? 'resource', addressOf(resource), obj(resource, 'values'), atMs, envelope),
    );
  return [...own, ...objects(module, 'child_modules').flatMap((child) => moduleResources(child, atMs, envelope))];
}

/** Format 0.1 leaves the index out of the address. */
function addressOf(resource: JsonObject): string {
  const address = str(resource, 'address') ?? '_';
  const { index } = resource;
  return index === undefined || index === null || address.endsWith(']')
    ? address
    : `${address}[${JSON.stringify(index)}]`;
}
