import * as z from 'zod/mini'

/**
 * What happens to the channel account once its user has signed in, where channel accounts are linked at all: `yes`, the
 * user is asked first; `no`, it is linked silently; `notify`, it is linked, and the user is told.
 */
export const associationConsents = ['yes', 'no', 'notify'] as const

export type AssociationConsent = (typeof associationConsents)[number]

/** What a handler wanted of a sign-in, to be done when it is over. */
export const accountLinkSchema = z.object({
  consent: z.enum(associationConsents),
  /** The session parameter that the provider's profile of the user goes into. */
  userProfileParameter: z.exactOptional(z.string()),
})

export type AccountLink = Readonly<z.output<typeof accountLinkSchema>>
