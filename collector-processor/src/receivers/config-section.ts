import type * as z from 'zod';

/** Validates one section; throws an Error that names every wrong key and quotes no value, which may be a secret. */
export function parseSection<Schema extends z.ZodType>(schema: Schema, key: string, raw: unknown): z.output<Schema> {
  const result = schema.safeParse(raw);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => {
    const path = [key, ...issue.path.map(String)].join('.');
    return issue.code === 'unrecognized_keys'
      ? issue.keys.map((name) => `${path}.${name}: unknown key`).join('\n')
      : `${path}: ${issue.message}`;
  });
  throw new Error(problems.join('\n'));
}
