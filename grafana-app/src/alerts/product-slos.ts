import { type InputFile, readSlos, type Slo } from '@cnapp-slo/alert-rules';
import alertNoise from '@cnapp-slo/alert-rules/slos/alert-noise.yaml';
import automationRate from '@cnapp-slo/alert-rules/slos/automation-rate.yaml';
import ciGateFailures from '@cnapp-slo/alert-rules/slos/ci-gate-failures.yaml';
import driftRate from '@cnapp-slo/alert-rules/slos/drift-rate.yaml';
import incidentBurn from '@cnapp-slo/alert-rules/slos/incident-burn.yaml';
import mttdConfig from '@cnapp-slo/alert-rules/slos/mttd-config.yaml';
import mttr from '@cnapp-slo/alert-rules/slos/mttr.yaml';
import policyChecks from '@cnapp-slo/alert-rules/slos/policy-checks.yaml';
import processorAvailability from '@cnapp-slo/alert-rules/slos/processor-availability.yaml';
import recordAcceptance from '@cnapp-slo/alert-rules/slos/record-acceptance.yaml';
import sbomCoverage from '@cnapp-slo/alert-rules/slos/sbom-coverage.yaml';
import sourceFreshness from '@cnapp-slo/alert-rules/slos/source-freshness.yaml';

/** The product's SLOs as they are written, by their file's name. */
const sources: Readonly<Record<string, string>> = {
  'alert-noise': alertNoise,
  'automation-rate': automationRate,
  'ci-gate-failures': ciGateFailures,
  'drift-rate': driftRate,
  'incident-burn': incidentBurn,
  'mttd-config': mttdConfig,
  mttr: mttr,
  'policy-checks': policyChecks,
  'processor-availability': processorAvailability,
  'record-acceptance': recordAcceptance,
  'sbom-coverage': sbomCoverage,
  'source-freshness': sourceFreshness,
};

/** The product's SLOs. Throws when one of them has a problem: they are ours. */
export function productSlos(): Slo[] {
  const files = Object.entries(sources).map(
    ([name, text]): InputFile => ({ path: `alert-rules/slos/${name}.yaml`, text }),
  );
  const { slos, problems } = readSlos(files);
  const [problem] = problems.filter(({ severity }) => severity === 'error');
  if (problem !== undefined) throw new Error(`${problem.file}: ${problem.message}`);
  return slos;
}
