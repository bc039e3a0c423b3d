// @ts-check
/**
 * How Node runs the processor. What comes in over the network lies outside V8's heap until the young generation is collected. By default
 * that is so rarely, for what we allocate, that V8 counts 64 MiB of such bytes first and marks the whole heap again and again.
 */
export const NODE_FLAGS = ['--max-semi-space-size=16'];
