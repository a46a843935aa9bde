const root = new URL('../../', import.meta.url).pathname

/** Whether a source is of the code that is deployed. Its URL is a path where Vitest has loaded it. */
export const isOurs = (url: string): boolean =>
  ['shared/', 'functions/'].some(room => url.replace(/^file:\/\//, '').startsWith(root + room))
