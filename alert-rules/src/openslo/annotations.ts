/** What OpenSLO v1 cannot say, in annotations under our own domain. */
export const DOMAIN = 'cnapp-slo.dev/';

/** Annotation of an SLO → what it means. A name under the domain that is not listed is an error: most are typos. */
export const SLO_ANNOTATIONS = {
  'group-by': 'comma-separated series labels that have budgets of their own',
  runbook: 'URL, or path below the runbook base, that alerts link to',
  sli: "id of the processor's SLI, whose explain page alerts link to",
  'exact-counts': "selector of the processor's exact integer counts, with the labels outcome and window",
} as const;

export type SloAnnotation = keyof typeof SLO_ANNOTATIONS;
