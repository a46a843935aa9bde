import type { Channel } from './channel.ts'

/**
 * Google's chat window on a web page. It knows its users by their session alone. The source's name is from memory; where
 * the window gives none, the turn is of no channel, which comes to the same but for buttons and chips.
 */
export const dialogflowMessenger: Channel = {
  name: 'dialogflow_messenger',
  integrated: true,
  recognise({ source }) {
    if (source !== 'dialogflow_messenger') return undefined
    return {
      label: 'Dialogflow Messenger',
      user: undefined,
      masked: undefined,
      audience: 'direct',
      address: undefined,
      shows: { links: 'button', chips: true, maxLength: undefined },
    }
  },
}
