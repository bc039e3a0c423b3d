import type { ExplainItem } from '@cnapp-slo/model';
import { Text, TextLink } from '@grafana/ui';
import { t } from '../../i18n.ts';
import { useLink } from '../../scenes/use-link.ts';
import { reasonText } from '../../slo/reason.ts';

export const REMEDIATION_FAILURES = 'remediation-failures';

/** Fixes that were tried and did not work: what is thought to be done, and is not. */
export function RemediationFailures({ items }: { items: readonly ExplainItem[] }) {
  const link = useLink();
  if (items.length === 0) {
    return <Text color="secondary">{t('failures.none', 'No remediation has failed in the last seven days.')}</Text>;
  }
  return (
    <div>
      {items.map((item) => (
        <div key={item.episode_id}>
          <TextLink
            href={link(`/findings/${item.finding_id}`, { episode: item.episode_id })}
            color="primary"
            inline={false}
          >
            {item.title}
          </TextLink>
          <Text element="p" variant="bodySmall" color="secondary">
            {item.team} · {reasonText(item.reason, REMEDIATION_FAILURES)}
          </Text>
        </div>
      ))}
    </div>
  );
}
