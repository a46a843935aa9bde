/** What may be said of an error in a log. */
export type ErrorDescription = {
  readonly name: string
  /** `ECONNREFUSED`, for example. */
  readonly code?: string | number
  /** The frames alone, a line each. */
  readonly stack?: string
  readonly cause?: ErrorDescription
}

const FRAME = /^ {4}at /
const CODE = /^\w{1,64}$/
const MAX_FRAMES = 20

/** Describes an error without its message, which may hold words of the user, a URL or a token. */
export const describeError = (error: unknown, depth = 3): ErrorDescription => {
  if (!(error instanceof Error)) return { name: typeof error }
  const { name, message, stack = '', cause } = error
  const code = 'code' in error ? error.code : undefined
  return {
    name,
    ...((typeof code === 'number' || (typeof code === 'string' && CODE.test(code))) && { code }),
    stack: framesOf(stack, message),
    ...(cause instanceof Error && depth > 1 && { cause: describeError(cause, depth - 1) }),
  }
}

/** A stack begins with the message as it was when the error was made; a line of it may look like a frame. */
const framesOf = (stack: string, message: string): string => {
  const start = stack.indexOf(message)
  const lines = start < 0 ? [] : stack.slice(start + message.length).split('\n')
  return lines
    .filter(line => FRAME.test(line))
    .slice(0, MAX_FRAMES)
    .join('\n')
}
