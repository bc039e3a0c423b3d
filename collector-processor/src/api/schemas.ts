import { findingSchemas } from './schemas/findings.ts';
import { incidentSchemas } from './schemas/incidents.ts';
import { inputSchemas } from './schemas/inputs.ts';
import { inventorySchemas } from './schemas/inventory.ts';
import { policySchemas } from './schemas/policies.ts';
import { samplingSchemas } from './schemas/sampling.ts';
import {
  count,
  type JsonSchema,
  listOf,
  type NamedSchema,
  oneOf,
  ref,
  shape,
  text,
  textOrNull,
  timeOrNull,
} from './schemas/shape.ts';
import { sliSchemas } from './schemas/slis.ts';

/** The shapes of the answers (`model/src/api.ts`) as JSON Schema, for `/openapi.json`. The contract tests hold every answer against them. */
export const schemas: readonly NamedSchema[] = [
  ...sliSchemas,
  ...findingSchemas,
  ...inventorySchemas,
  ...incidentSchemas,
  ...inputSchemas,
  ...policySchemas,
  ...samplingSchemas,
  shape('WebhookResult', { accepted: count, ignored: count }),
  shape('ImportResult', { records: count, rejected: count, message: textOrNull, from: timeOrNull, to: timeOrNull }),
  shape('Health', { status: oneOf('ok') }),
  shape('Problem', { type: text, title: text, status: count, code: text }, { detail: text }),
];

const problem = {
  description: 'RFC 9457 problem document',
  content: { 'application/problem+json': { schema: ref('Problem') } },
};

/** The `response` part of a route's schema: one good answer, problems otherwise. */
export function answers(id: string, status = 200): Record<string, JsonSchema> {
  return { [status]: { description: id, ...ref(id) }, default: problem };
}

/** As `answers`, for a bare array. */
export function answersArray(id: string): Record<string, JsonSchema> {
  return { 200: { description: `${id}s`, ...listOf(id) }, default: problem };
}
