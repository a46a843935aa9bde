/** Waits for work until nobody needs it any more, then resolves to `undefined`. The work itself goes on. */
export const untilAborted = async <Value>(signal: AbortSignal, work: Promise<Value>): Promise<Value | undefined> => {
  const aborted = Promise.withResolvers<undefined>()
  const stop = () => aborted.resolve(undefined)
  if (signal.aborted) stop()
  signal.addEventListener('abort', stop)
  try {
    return await Promise.race([work, aborted.promise])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
