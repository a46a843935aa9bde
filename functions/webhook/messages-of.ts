import type { ChannelAccount } from '../../shared/channels/channel.ts'

/** What fits in one message where the channel does not say. */
const MESSAGE_LENGTH = 4000

/** A text in messages that the account's channel takes: as many whole lines in each as fit. A longer line is cut, and no character with it. */
export const messagesOf = (text: string, { shows }: ChannelAccount): readonly string[] => {
  const maxLength = shows.maxLength ?? MESSAGE_LENGTH
  const messages: string[] = []
  let message: string | undefined
  for (const line of text.split('\n').flatMap(line => piecesOf(line, maxLength))) {
    if (message !== undefined && message.length + 1 + line.length > maxLength) {
      messages.push(message)
      message = undefined
    }
    message = message === undefined ? line : `${message}\n${line}`
  }
  return message === undefined ? messages : [...messages, message]
}

const piecesOf = (line: string, maxLength: number): readonly string[] => {
  const pieces: string[] = []
  let rest = line
  while (rest.length > maxLength) {
    const piece = rest.slice(0, maxLength).replace(/[\uD800-\uDBFF]$/, '')
    pieces.push(piece)
    rest = rest.slice(piece.length)
  }
  return [...pieces, rest]
}
