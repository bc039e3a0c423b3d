import type { Actor, ActorKind, ChangeObservation, Decoded, FindingObservation, Observation } from '@cnapp-slo/model';
import { defined } from './read.ts';

type Loose<T> = { [K in keyof T]: T[K] | undefined };

/** A finding observation; fields given as undefined and empty link lists are left out. */
export function finding(fields: Loose<Omit<FindingObservation, 'kind'>>): FindingObservation {
  const { links, ...rest } = fields;
  return {
    kind: 'finding',
    ...defined({ ...rest, links: links?.length === 0 ? undefined : links }),
  } as FindingObservation;
}

/** A change observation; fields given as undefined are left out. */
export function change(fields: Loose<Omit<ChangeObservation, 'kind'>>): ChangeObservation {
  return { kind: 'change', ...defined(fields) } as ChangeObservation;
}

export function accept(...observations: Observation[]): Decoded {
  return { observations, rejections: [] };
}

export function reject(code: string, message: string): Decoded {
  return { observations: [], rejections: [{ code, message }] };
}

/** Names of identities that run on their own: CI systems, infrastructure tools, controllers, service accounts. */
const AUTOMATION =
  /terraform|atlantis|pulumi|cloudformation|crossplane|argo|flux|jenkins|gitlab|github[-_ ]?actions|actions\[bot\]|\[bot\]|circleci|buildkite|spinnaker|codebuild|codepipeline|\bci\b|[-_]ci[-_]|deploy|pipeline|automation|lambda|serviceaccount:|^system:(?!anonymous$|admin$)|gserviceaccount\.com|\.amazonaws\.com$|-bot\b|operator|controller|autoscal|karpenter|renovate|dependabot/i;

/** An e-mail address, an IAM user, an account's root. */
const PERSON = /^[^@\s]+@[^@\s]+\.[a-z]{2,}$|^arn:aws[a-z-]*:iam::\d+:(user\/|root$)/i;

/** What kind of actor a name stands for: automation by the names such identities carry, a person by the names of persons, else unknown. */
export function actorOf(id: string | undefined, known?: ActorKind): Actor {
  const name = id ?? 'unknown';
  if (known !== undefined && known !== 'unknown') return { id: name, kind: known };
  if (AUTOMATION.test(name)) return { id: name, kind: 'automation' };
  return { id: name, kind: PERSON.test(name) ? 'human' : 'unknown' };
}
