import { compute as driftRate } from './drift-rate/compute.ts';
import { definition as driftRateDefinition } from './drift-rate/definition.ts';
import { compute as mttdConfig } from './mttd-config/compute.ts';
import { definition as mttdConfigDefinition } from './mttd-config/definition.ts';
import { compute as mttr } from './mttr/compute.ts';
import { definition as mttrDefinition } from './mttr/definition.ts';
import type { Sli } from './sli.ts';

/** Every SLI there is, in the order in which they are shown. */
export const SLIS: readonly Sli[] = [
  { definition: mttdConfigDefinition, compute: mttdConfig },
  { definition: mttrDefinition, compute: mttr },
  { definition: driftRateDefinition, compute: driftRate },
];
