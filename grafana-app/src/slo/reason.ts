import { SLIS } from '@cnapp-slo/model';
import { t } from '../i18n.ts';

/** Why, in words: an SLI's definition explains the codes of its exclusions; anything else speaks for itself. */
export function reasonText(reason: string | null, sliId?: string): string {
  if (reason === null) return t('reason.unknown', 'the processor gave no reason');
  const definition = SLIS.find(({ definition: { id } }) => id === sliId)?.definition;
  const explained = definition?.exclusions[reason];
  if (explained !== undefined) return explained;
  return reason.replaceAll('_', ' ');
}
