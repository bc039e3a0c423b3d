import type { FastifyInstance } from 'fastify';
import type { ApiSettings } from '../settings.ts';

export async function addPages(_app: FastifyInstance, _settings: ApiSettings): Promise<void> {}
