import * as agentHeartbeat from './agent-heartbeat/index.ts';
import * as alertNoise from './alert-noise/index.ts';
import * as alertSpike from './alert-spike/index.ts';
import * as automationRate from './automation-rate/index.ts';
import * as ciGateFailures from './ci-gate-failures/index.ts';
import * as driftRate from './drift-rate/index.ts';
import * as incidentBurn from './incident-burn/index.ts';
import * as ingestCost from './ingest-cost/index.ts';
import * as inventoryDelta from './inventory-delta/index.ts';
import * as miscorrelation from './miscorrelation/index.ts';
import * as mttdConfig from './mttd-config/index.ts';
import * as mttr from './mttr/index.ts';
import * as privilegeAnomalies from './privilege-anomalies/index.ts';
import * as remediationFailures from './remediation-failures/index.ts';
import * as runtimeDetection from './runtime-detection/index.ts';
import * as sbomCoverage from './sbom-coverage/index.ts';
import type { CompanionDefinition, Sli } from './sli.ts';

/** Every SLI there is, in the order in which they are shown. */
export const SLIS: readonly Sli[] = [
  mttdConfig,
  mttr,
  driftRate,
  ciGateFailures,
  runtimeDetection,
  privilegeAnomalies,
  sbomCoverage,
  automationRate,
  alertNoise,
  incidentBurn,
  inventoryDelta,
  agentHeartbeat,
  alertSpike,
  remediationFailures,
  ingestCost,
  miscorrelation,
];

/** What an SLI's definition says of a companion; undefined: nothing. */
export function companionOf(sliId: string, name: string): CompanionDefinition | undefined {
  return SLIS.find(({ definition }) => definition.id === sliId)?.definition.companions[name];
}
