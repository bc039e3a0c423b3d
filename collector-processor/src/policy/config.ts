import { z } from 'zod';

/** The section `policies`. */
export const PoliciesConfig = z.strictObject({
  /** A file, or a folder whose `.yaml` files are read; read again when one changes. Unset: no policies. */
  path: z.string().min(1).optional(),
});

/** The section `risk`. */
export const RiskConfig = z.strictObject({
  /** CISA's catalogue of known exploited vulnerabilities, as JSON. Unset: exploitation is unknown where no scanner says it. */
  kev_file: z.string().min(1).optional(),
  /** EPSS scores as CSV, unpacked. Unset: only what scanners say themselves. */
  epss_file: z.string().min(1).optional(),
});
