import type { AssetObservation, Decoded, Envelope, FormatAdapter, Json, JsonObject } from '@cnapp-slo/model';
import { terraformAsset } from '../canonical-id.ts';
import { contextOfTags, inventoryScan, present } from '../inventory.ts';
import { accept, reject } from '../observe.ts';
import { isObject, num, obj, objects, str } from '../read.ts';
import { eventTime } from '../time.ts';

/**
 * Terraform and OpenTofu state, version 4: what is managed, and where. Attributes hold secrets, so only identity and tags are read. Absence from a state means
 * not managed here, never gone. Source: github.com/opentofu/opentofu internal/states/statefile/version4.go.
 */
export const inventoryTerraformState: FormatAdapter = {
  id: 'inventory-terraform-state',
  stability: 'beta',
  matches: (doc) => isObject(doc) && typeof doc.version === 'number' && 'lineage' in doc && 'serial' in doc,
  decode,
};

function decode(doc: Json, envelope: Envelope): Decoded {
  if (!isObject(doc)) return reject('inventory-terraform-state.schema', 'not an object');
  if (doc.version !== 4 || !/^\d+\.\d+\.\d+/.test(str(doc, 'terraform_version') ?? '0.0.0')) {
    return reject('inventory-terraform-state.version', 'only state version 4 with a valid terraform_version is read');
  }
  const atMs = eventTime(envelope);
  const lineage = str(doc, 'lineage') ?? '_';
  const observations = objects(doc, 'resources')
    .filter((resource) => resource.mode === 'managed')
    .flatMap((resource) =>
      objects(resource, 'instances').map((instance) => observe(resource, instance, atMs, envelope)),
    );
  // States have no time: the serial orders them.
  return accept(
    ...observations,
    inventoryScan('inventory-terraform-state', lineage, `${lineage}@${num(doc, 'serial') ?? 0}`, atMs, true),
  );
}

function observe(resource: JsonObject, instance: JsonObject, atMs: number, envelope: Envelope): AssetObservation {
  const type = str(resource, 'type') ?? 'resource';
  const index = instance.index_key;
  const key = index === undefined || index === null ? '' : `[${JSON.stringify(index)}]`;
  const address =
    [str(resource, 'module'), type, str(resource, 'name')].filter((part) => part !== undefined).join('.') + key;
  const attributes = isObject(instance.attributes) ? instance.attributes : obj(instance, 'attributes_flat');
  return managed(type, address, attributes, atMs, envelope);
}

/** A managed resource: its cloud asset, told by the attributes, and that it is declared in code. */
export function managed(
  type: string,
  address: string,
  attributes: JsonObject,
  atMs: number,
  envelope: Envelope,
): AssetObservation {
  const repository =
    str(envelope.resource, 'vcs.repository.url.full') ?? str(envelope.attributes, 'vcs.repository.url.full');
  const context = contextOfTags(attributes.tags_all ?? attributes.tags ?? attributes.labels);
  if (repository !== undefined) context.iac = { repository, path: address };
  return present(terraformAsset(type, address, attributes, envelope), atMs, context);
}
