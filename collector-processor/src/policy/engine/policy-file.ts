import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { CONTEXTS } from './context.ts';

const severity = z.enum(['informational', 'low', 'medium', 'high', 'critical']);

/** What a policy does where it holds. One of them. */
const effect = z.union([
  z.strictObject({
    /** A finding of its own on the asset, open for as long as the policy holds. */
    open_finding: z.strictObject({
      title: z.string().min(1),
      severity,
      detector_class: z.enum(['posture', 'iac', 'identity_config', 'drift', 'runtime', 'identity']).default('posture'),
      remediation: z.string().optional(),
      /** Framework → controls that it gives evidence for. */
      controls: z.record(z.string(), z.array(z.string())).optional(),
    }),
  }),
  z.strictObject({
    /** What no source says of the asset. */
    set: z
      .strictObject({ criticality: z.enum(['c0', 'c1', 'c2', 'c3']), owner: z.string().min(1) })
      .partial()
      .refine((set) => Object.keys(set).length > 0, 'sets nothing'),
  }),
  z.strictObject({
    /** Nobody is told of the finding; it stays in every list and every SLI. */
    suppress: z.strictObject({ reason: z.string().min(1), expires: z.iso.datetime({ offset: true }) }),
  }),
  z.strictObject({
    /** The difference is no drift until then: the drift rate excludes it and counts what it hid. */
    ignore: z.strictObject({ reason: z.string().min(1), expires: z.iso.datetime({ offset: true }) }),
  }),
  z.strictObject({
    /** A word for the finding, to filter and to group by. */
    classify: z.strictObject({ label: z.string().regex(/^[a-z0-9_-]{1,40}$/) }),
  }),
]);

const schema = z.strictObject({
  apiVersion: z.literal('cnapp-slo.dev/v1'),
  kind: z.literal('Policy'),
  metadata: z.strictObject({
    name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/),
    /** Moves with every change of meaning. */
    version: z.union([z.string().min(1), z.number()]).transform(String),
    owner: z.string().min(1),
    description: z.string().optional(),
  }),
  spec: z.strictObject({
    /** `audit` counts and logs alone; `warn` takes effect; `block` takes effect and lets the gate block. */
    mode: z.enum(['audit', 'warn', 'block']),
    over: z.enum(['asset', 'finding', 'change']),
    /** CEL, true where the policy holds. */
    when: z.string().min(1),
    effect,
  }),
  /** Each is a test: what is not given is null. */
  examples: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        given: z.partialRecord(z.enum(['asset', 'finding', 'change']), z.record(z.string(), z.unknown())),
        want: z.boolean(),
      }),
    )
    .min(1),
});

export type PolicyDocument = z.output<typeof schema>;
export type PolicyEffect = PolicyDocument['spec']['effect'];

/** Which effects make sense over what: an asset is no finding that could be suppressed. */
const EFFECTS: Readonly<Record<PolicyDocument['spec']['over'], readonly string[]>> = {
  asset: ['open_finding', 'set'],
  finding: ['open_finding', 'suppress', 'ignore', 'classify'],
  change: ['open_finding'],
};

/** The policies of a YAML file, which may hold several documents. Throws an Error that names the document and the field. */
export function parsePolicies(text: string, file: string): PolicyDocument[] {
  return parseAllDocuments(text).flatMap((document, at) => {
    const where = `${file}#${at + 1}`;
    const [error] = document.errors;
    if (error) throw new Error(`${where}: ${error.message}`);
    const raw: unknown = document.toJS();
    if (raw === null) return []; // nothing between two separators
    const result = schema.safeParse(raw);
    if (!result.success) {
      const [issue] = result.error.issues;
      throw new Error(`${where}: ${issue?.path.join('.')}: ${issue?.message}`);
    }
    const policy = result.data;
    const [name = ''] = Object.keys(policy.spec.effect);
    if (!EFFECTS[policy.spec.over].includes(name)) {
      throw new Error(`${where}: spec.effect: ${name} is not possible over ${policy.spec.over}`);
    }
    for (const example of policy.examples) {
      for (const [subject, fields] of Object.entries(example.given)) {
        const unknown = Object.keys(fields).find((field) => !(field in CONTEXTS[subject as keyof typeof CONTEXTS]));
        if (unknown !== undefined) throw new Error(`${where}: examples: ${example.name}: ${subject} has no ${unknown}`);
      }
    }
    return [policy];
  });
}
