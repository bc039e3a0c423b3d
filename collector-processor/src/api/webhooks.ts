import type { Json } from '@cnapp-slo/model';
import type { FastifyInstance } from 'fastify';
import { recordInput } from './inputs.ts';
import { ApiProblem } from './problem.ts';
import { answers } from './schemas.ts';
import type { ApiSettings } from './settings.ts';

/** `POST /webhooks/alertmanager`: the alert reached a channel. What carries no subject of ours is counted and otherwise ignored. */
export function addWebhookRoutes(
  app: FastifyInstance,
  settings: Pick<ApiSettings, 'inputs' | 'estate' | 'now' | 'parseAlertmanagerWebhook'>,
): void {
  app.post<{ Body: Json }>(
    '/webhooks/alertmanager',
    {
      config: { permission: 'write' },
      schema: {
        tags: ['inputs'],
        summary: 'Alertmanager’s webhook, version 4',
        body: { type: 'object' },
        response: answers('WebhookResult'),
      },
    },
    async (request) => {
      const inputs = settings.parseAlertmanagerWebhook(request.body, settings.now());
      if (inputs === null)
        throw new ApiProblem(400, 'invalid_body', 'the body is not an Alertmanager webhook, version 4');
      let accepted = 0;
      for (const input of inputs) {
        if ((await recordInput(settings, request.caller, input)) !== null) accepted += 1;
      }
      return { accepted, ignored: inputs.length - accepted };
    },
  );
}
