/** What a notification's sender has to know of a channel account, besides its own credentials. Personal data. */
export type Address =
  | {
      readonly kind: 'slack'
      /** The workspace whose installation of the app received the message. */
      readonly team: string
      readonly user: string
      /** The direct conversation with the app; without one, open it with `conversations.open`. */
      readonly channel: string | undefined
    }
  | {
      readonly kind: 'microsoft_teams'
      /** One of Microsoft's own, https. The sender's token goes there. */
      readonly serviceUrl: string
      readonly tenant: string
      /** As the Bot Framework names them: `29:…` and `28:…`. */
      readonly user: string
      readonly bot: string
      /** The personal conversation; without one, create it with `user` and `bot`. */
      readonly conversation: string | undefined
    }
  /** E.164 numbers, with `whatsapp:` before both where it is WhatsApp. `from` is the deployment's own. */
  | { readonly kind: 'twilio'; readonly to: string; readonly from: string }
