import type { Clocks } from '../../domain/clock.ts';
import type { Attempt, Episode } from '../../domain/episode.ts';

/** Who made the change that fixed an episode. */
export type Effect = 'automated' | 'assisted' | 'reconciler' | 'manual';

/** Remediation services of the clouds and of policy tools, by the identities they act as. */
const UPSTREAM =
  /config-?remediation|remediation-?config|ssm-?automation|securityhub.*remediat|\bSHARR\b|\bSO0111\b|cloud-?custodian|\bc7n\b|policy-?remediation/i;
const RECONCILER = /argo-?cd|argocd|\bflux\b|flux-system|config-?sync/i;

/**
 * Only an action of ours that came after the detection and before the proof, with nobody else's change after it, made the
 * fix; so did an upstream remediation service. A pipeline that applies what a person committed is no automation of this
 * kind, though its identity is a robot.
 */
export function effectOf(episode: Episode, clocks = episode.clocks): Effect {
  const attempt = effectingAttempt(episode, clocks);
  if (attempt?.tier === 'T3') return 'automated';
  if (attempt?.tier === 'T2') return 'assisted';
  const actor = episode.fixActor?.id ?? '';
  if (attempt === undefined && UPSTREAM.test(actor)) return 'automated';
  return RECONCILER.test(actor) ? 'reconciler' : 'manual';
}

function effectingAttempt(episode: Episode, clocks: Clocks): Attempt | undefined {
  const { t_detect: detect, t_verify: verify, t_close: close, t_remediate: remediate } = clocks;
  const endMs = (verify ?? close)?.atMs ?? Number.POSITIVE_INFINITY;
  return episode.attempts?.findLast((attempt) => {
    if (attempt.action !== 'remediated' && attempt.action !== 'contained' && attempt.action !== 'deleted_to_fix')
      return false;
    if (!detect || attempt.startedMs < detect.atMs || attempt.atMs > endMs) return false;
    const others = episode.fixActor !== undefined && episode.fixActor.id !== attempt.actor.id;
    // What people approved and merged, a pipeline applies afterwards.
    const isApplied = attempt.tier === 'T2' && episode.fixActor?.kind === 'automation';
    const isOverruled = others && !isApplied && remediate !== undefined && remediate.atMs > attempt.atMs;
    const isElsewhere = attempt.changeId !== undefined && episode.fixChangeId !== undefined;
    return !isOverruled && !(isElsewhere && attempt.changeId !== episode.fixChangeId);
  });
}

/** An attempt of automation without a human in between. */
export function isAutomatic(attempt: Attempt): boolean {
  return attempt.tier === 'T3' || (attempt.tier === undefined && attempt.actor.kind === 'automation');
}
