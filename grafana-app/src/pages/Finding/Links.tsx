import type { LinkJson } from '@cnapp-slo/model';
import { LinkButton, Stack } from '@grafana/ui';
import { Panel } from '../../components/Panel.tsx';
import { t } from '../../i18n.ts';
import { safeHref } from '../../slo/safe-href.ts';

/** Where to go on: console, advisory, source. */
export function Links({ links }: { links: readonly LinkJson[] }) {
  const safe = links.flatMap(({ rel, href }) => {
    const checked = safeHref(href);
    return checked === null ? [] : [{ rel, href: checked }];
  });
  if (safe.length === 0) return null;
  return (
    <Panel title={t('finding.links', 'Links')}>
      <Stack wrap="wrap" gap={1}>
        {safe.map(({ rel, href }) => (
          <LinkButton
            key={`${rel} ${href}`}
            href={href}
            target="_blank"
            rel="noreferrer"
            size="sm"
            variant="secondary"
            icon="external-link-alt"
          >
            {linkText(rel)}
          </LinkButton>
        ))}
      </Stack>
    </Panel>
  );
}

function linkText(rel: string): string {
  switch (rel) {
    case 'source':
      return t('link.source', 'Source');
    case 'console':
      return t('link.console', 'Cloud console');
    case 'commit':
      return t('link.commit', 'Commit');
    case 'pipeline':
      return t('link.pipeline', 'Pipeline');
    case 'advisory':
      return t('link.advisory', 'Advisory');
    case 'remediation':
      return t('link.remediation', 'How to fix it');
    case 'image':
      return t('link.image', 'Image');
    default:
      return rel;
  }
}
