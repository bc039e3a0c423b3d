export * from './compose.ts';
export * from './cost.ts';
export * from './event-class.ts';
export * from './seeded.ts';
export * from './threshold.ts';
export * from './tier.ts';
export * from './tracestate.ts';
export * from './volume.ts';
