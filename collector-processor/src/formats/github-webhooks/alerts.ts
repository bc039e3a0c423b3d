import type { DetectorClass, Envelope, FindingObservation, FindingVerdict, Json, JsonObject } from '@cnapp-slo/model';
import { repositoryAsset } from '../canonical-id.ts';
import { finding } from '../observe.ts';
import { at, evidence, obj, str } from '../read.ts';
import { severityOf } from '../severity.ts';
import { eventTime, parseTime } from '../time.ts';
import { joinAdvisory, vulnerabilityDiscriminator } from '../vulnerability.ts';

/** Code scanning, Dependabot and secret scanning alerts: explicit states, the last by event time wins. */
export function alertFindings(event: string, doc: JsonObject, envelope: Envelope): FindingObservation[] {
  const alert = obj(doc, 'alert');
  const repository = repositoryAsset(str(doc, 'repository', 'html_url') ?? str(doc, 'repository', 'full_name') ?? '_');
  const link = str(alert, 'html_url') ?? str(alert, 'external_reference');
  const verdict = verdictOf(str(doc, 'action'), alert);
  const shared = {
    asset: repository,
    verdict,
    atMs: eventTime(envelope, ...timesOf(verdict, str(doc, 'action'), alert)),
    // A number is unique in its repository and alert type only.
    nativeId: `${repository.id}#${event}/${str(alert, 'number') ?? str(alert, 'id') ?? '_'}`,
    scope: `github/${repository.id}/${event}`,
    links: link === undefined ? undefined : [{ rel: 'source' as const, href: link }],
  };
  const { detectorClass, ...rest } = detailsOf(event, doc, alert);
  return [finding({ ...shared, detectorClass, ...rest })];
}

/** When the alert came to its state: `created_at` is of the first one only, and an old end stays beside a new beginning. */
function timesOf(verdict: FindingVerdict, action: string | undefined, alert: JsonObject): (Json | undefined)[] {
  const ends = [alert.fixed_at, alert.resolved_at, alert.dismissed_at, alert.auto_dismissed_at];
  const isNew = action === undefined || action === 'created' || action === 'create';
  return [...(verdict === 'fail' ? [] : ends), alert.updated_at, ...(isNew ? [alert.created_at] : [])];
}

function verdictOf(action: string | undefined, alert: JsonObject): FindingVerdict {
  const state = str(alert, 'state');
  if (state === 'fixed' || action === 'fixed') return 'pass';
  if (state === 'dismissed' || state === 'auto_dismissed' || action === 'dismiss' || action === 'closed_by_user')
    return 'suppressed';
  // A secret is closed by a person: revoked is a fix, anything else a dismissal.
  if (state === 'resolved' || str(alert, 'resolution') !== undefined)
    return str(alert, 'resolution') === 'revoked' ? 'pass' : 'suppressed';
  return action === 'resolve' ? 'pass' : 'fail';
}

type Details = Pick<FindingObservation, 'detector' | 'rule' | 'title' | 'severity'> &
  Partial<FindingObservation> & { detectorClass: DetectorClass };

function detailsOf(event: string, doc: JsonObject, alert: JsonObject): Details {
  if (event === 'code_scanning_alert') {
    const instance = at(alert, 'most_recent_instance') ?? at(alert, 'instances', 0);
    const path = str(instance, 'location', 'path');
    return {
      detector: `${str(alert, 'tool', 'name') ?? 'code-scanning'}`.toLowerCase(),
      detectorClass: 'sast',
      rule: str(alert, 'rule', 'id') ?? 'unknown',
      title: str(alert, 'rule', 'description') ?? 'code scanning alert',
      severity: severityOf(at(alert, 'rule', 'security_severity_level') ?? at(alert, 'rule', 'severity')),
      ...(str(alert, 'number') === undefined ? {} : { discriminator: `alert ${str(alert, 'number')}` }),
      ...evidence({ path, ref: str(doc, 'ref'), commit: str(doc, 'commit_oid') }),
    };
  }
  if (event === 'secret_scanning_alert') {
    return {
      detector: 'github-secret-scanning',
      detectorClass: 'secret',
      rule: str(alert, 'secret_type') ?? 'secret',
      title: str(alert, 'secret_type_display_name') ?? str(alert, 'secret_type') ?? 'secret in the repository',
      severity: 'high',
      discriminator: `alert ${str(alert, 'number') ?? '_'}`,
      ...evidence({ resolution: str(alert, 'resolution') }),
    };
  }
  const advisory = obj(alert, 'security_advisory');
  const rule =
    joinAdvisory([
      str(advisory, 'cve_id'),
      str(alert, 'external_identifier'),
      str(advisory, 'ghsa_id'),
      str(alert, 'ghsa_id'),
    ]) ?? 'unknown-vulnerability';
  const name = str(alert, 'dependency', 'package', 'name') ?? str(alert, 'affected_package_name');
  const published = parseTime(advisory.published_at);
  return {
    detector: 'dependabot',
    detectorClass: 'vulnerability',
    rule,
    title: str(advisory, 'summary') ?? `${rule} in ${name ?? 'a package'}`,
    severity: severityOf(
      at(advisory, 'severity') ?? at(alert, 'security_vulnerability', 'severity') ?? at(alert, 'severity'),
    ),
    discriminator: vulnerabilityDiscriminator(name, rule),
    ...(published === undefined ? {} : { advisoryPublishedMs: published }),
    ...evidence({
      package: name,
      manifest: str(alert, 'dependency', 'manifest_path'),
      fixed_version:
        str(alert, 'security_vulnerability', 'first_patched_version', 'identifier') ?? str(alert, 'fixed_in'),
    }),
  };
}
