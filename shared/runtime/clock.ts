/** The present as milliseconds since the Unix epoch. Passed in wherever time decides something, so that a test can stop it. */
export type Clock = () => number

export const systemClock: Clock = Date.now
