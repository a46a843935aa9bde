import { hash } from 'node:crypto'
import * as z from 'zod/mini'
import { comparableUsername } from './identity-record.ts'

/** UTF-16 code units. */
const text = (maxLength: number) =>
  z.string().check(
    z.minLength(1),
    z.maxLength(maxLength),
    z.refine(value => value.isWellFormed() && value.trim() !== ''),
  )

const isHttps = (value: string): boolean => {
  const url = URL.parse(value)
  return url?.protocol === 'https:' && url.username === '' && url.password === ''
}

/** Written as a browser would, so that nothing in it can be taken for something around it. */
const link = z.pipe(
  z.pipe(
    z.string().check(z.maxLength(2000), z.refine(isHttps)),
    z.transform(value => new URL(value).href),
  ),
  z.string().check(z.maxLength(2000)),
)

/** A message for a user, as an application publishes it. */
export const notificationSchema = z.strictObject({
  user: z.union([z.strictObject({ service: text(256), subject: text(256) }), z.strictObject({ username: text(256) })]),
  text: text(4000),
  /** https, at most 2,000 characters, encoded. */
  link: z.exactOptional(link),
  /** Two messages to the same user with the same key are one. */
  dedupe: text(200),
})

export type Notification = z.output<typeof notificationSchema>

/** What a notification is known by: the same for all its deliveries, and telling nothing of it. */
export const notificationKey = ({ user, dedupe }: Notification): string => {
  const named = 'username' in user ? [comparableUsername(user.username)] : [user.service, user.subject]
  return hash('sha256', JSON.stringify([...named, dedupe]), 'base64url')
}
