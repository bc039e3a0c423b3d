export * from './api.ts';
export * from './domain/asset.ts';
export * from './domain/clock.ts';
export * from './domain/episode.ts';
export * from './domain/fact.ts';
export * from './domain/format.ts';
export * from './domain/observation.ts';
export * from './domain/ports.ts';
