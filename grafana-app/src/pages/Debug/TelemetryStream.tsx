import { Input } from '@grafana/ui';
import { useState } from 'react';
import { t } from '../../i18n.ts';
import type { SceneView } from '../../scenes/scene-view.tsx';
import { useScope } from '../../scenes/use-scope.ts';
import { LiveEvents } from '../OnCall/LiveEvents.tsx';

/** What the processor learns now, of one host, pod or rule where that is given. */
export function TelemetryStream({ scene }: { scene: SceneView }) {
  const { client } = useScope(scene);
  const [text, setText] = useState('');
  return (
    <LiveEvents
      url={client.streamUrl()}
      containing={text}
      actions={
        <Input
          aria-label={t('live.filter', 'Filter the stream')}
          placeholder={t('live.filter-placeholder', 'Host, pod, rule …')}
          width={34}
          value={text}
          onChange={({ currentTarget }) => setText(currentTarget.value)}
        />
      }
    />
  );
}
