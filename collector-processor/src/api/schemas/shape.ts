/** What JSON Schemas of answers are made of. */
export const text = { type: 'string' };
export const flag = { type: 'boolean' };
export const count = { type: 'integer', minimum: 0 };
export const number = { type: 'number' };
export const time = { type: 'string', format: 'date-time' };
export const textOrNull = { type: ['string', 'null'] };
export const numberOrNull = { type: ['number', 'null'] };
export const ratioOrNull = { type: ['number', 'null'], minimum: 0, maximum: 1 };
export const timeOrNull = { type: ['string', 'null'], format: 'date-time' };
export const texts = { type: 'array', items: text };
export const counts = { type: 'object', additionalProperties: count };

export interface JsonSchema {
  [keyword: string]: unknown;
}
type Properties = Record<string, JsonSchema>;

export const oneOf = (...values: readonly string[]): JsonSchema => ({ type: 'string', enum: values });
export const ref = (id: string): JsonSchema => ({ $ref: `${id}#` });
export const refOrNull = (id: string): JsonSchema => ({ anyOf: [ref(id), { type: 'null' }] });
export const listOf = (id: string): JsonSchema => ({ type: 'array', items: ref(id) });

export function shape($id: string, required: Properties, optional: Properties = {}): NamedSchema {
  return {
    $id,
    type: 'object',
    required: Object.keys(required),
    properties: { ...required, ...optional },
    additionalProperties: false,
  };
}

export const page = (id: string) => shape(`${id}Page`, { items: listOf(id), next_cursor: textOrNull });

export const severities = ['unknown', 'informational', 'low', 'medium', 'high', 'critical'] as const;
export const severity = oneOf(...severities);

/** A shape with its name in `/openapi.json`. */
export type NamedSchema = JsonSchema & { $id: string };
