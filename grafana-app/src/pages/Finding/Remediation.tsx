import type { FindingJson } from '@cnapp-slo/model';
import { css } from '@emotion/css';
import { LinkButton, Stack, useStyles2 } from '@grafana/ui';
import { Panel } from '../../components/Panel.tsx';
import { t } from '../../i18n.ts';
import { safeHref } from '../../slo/safe-href.ts';

/** What to do about it: the detector's advice, and the actions that are offered. */
export function Remediation({ finding }: { finding: FindingJson | undefined }) {
  const styles = useStyles2(getStyles);
  const actions = (finding?.actions ?? []).flatMap(({ rel, href }) => {
    const checked = safeHref(href);
    return checked === null ? [] : [{ rel, href: checked }];
  });
  if (!finding?.remediation && actions.length === 0) return null;
  return (
    <Panel title={t('finding.remediation', 'How to fix it')}>
      {finding?.remediation && <p className={styles.text}>{finding.remediation}</p>}
      {actions.length > 0 && (
        <Stack wrap="wrap" gap={1}>
          {actions.map(({ rel, href }) => (
            <LinkButton
              key={`${rel} ${href}`}
              href={href}
              target="_blank"
              rel="noreferrer"
              size="sm"
              icon="external-link-alt"
            >
              {rel}
            </LinkButton>
          ))}
        </Stack>
      )}
    </Panel>
  );
}

const getStyles = () => ({ text: css({ margin: 0, whiteSpace: 'pre-line', overflowWrap: 'anywhere' }) });
