/** Aborted by Ctrl-C or by SIGTERM, so that the caller can stop what it has started. A second one ends the process. */
export const stopSignal = (): AbortSignal => {
  const controller = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => controller.abort())
  return controller.signal
}
