/**
 * tsyringe, inside @peculiar/x509, refuses to load without these two functions. It asks them what decorators have
 * recorded; there are none here, so "nothing" is the whole answer and a polyfill would be a dependency for it.
 */
Object.assign(Reflect, { getMetadata: () => undefined, getOwnMetadata: () => undefined })
