import * as z from 'zod/mini'

/**
 * Reads a message of a response back into the part of a reply that it stands for, by the documentation and not by the code
 * that writes it. A message that says more than its kind has is none.
 */
const text = z.pipe(
  z.strictObject({ text: z.strictObject({ text: z.tuple([z.string()]) }) }),
  z.transform(({ text }) => ({ kind: 'text', text: text.text[0] })),
)

const payload = z.pipe(
  z.strictObject({ payload: z.strictObject({ custom: z.json() }) }),
  z.transform(({ payload }) => ({ kind: 'payload', payload })),
)

const esButton = z.pipe(
  z.strictObject({ text: z.string(), postback: z.string() }),
  z.transform(({ text: label, postback: url }) => ({ label, url })),
)

const esMessage = z.union([
  text,
  payload,
  z.pipe(
    z.strictObject({
      platform: z.literal('ACTIONS_ON_GOOGLE'),
      simpleResponses: z.strictObject({ simpleResponses: z.tuple([z.strictObject({ ssml: z.string() })]) }),
    }),
    z.transform(({ simpleResponses }) => ({ kind: 'ssml', ssml: simpleResponses.simpleResponses[0].ssml })),
  ),
  z.pipe(
    z.strictObject({ quickReplies: z.strictObject({ quickReplies: z.array(z.string()) }) }),
    z.transform(({ quickReplies }) => ({ kind: 'suggestions', suggestions: quickReplies.quickReplies })),
  ),
  z.pipe(
    z.strictObject({
      card: z.strictObject({
        title: z.string(),
        subtitle: z.string(),
        imageUri: z.exactOptional(z.string()),
        buttons: z.exactOptional(z.array(esButton)),
      }),
    }),
    z.transform(({ card: { imageUri: imageUrl, buttons: links, ...said } }) => ({
      kind: 'card',
      ...said,
      imageUrl,
      links,
    })),
  ),
  // A button alone is a card of its name.
  z.pipe(
    z.strictObject({ card: z.strictObject({ title: z.string(), buttons: z.tuple([esButton]) }) }),
    z.transform(({ card }) => ({ kind: 'link', ...card.buttons[0] })),
  ),
  z.pipe(
    z.strictObject({ image: z.strictObject({ imageUri: z.string(), accessibilityText: z.exactOptional(z.string()) }) }),
    z.transform(({ image }) => ({ kind: 'image', url: image.imageUri, description: image.accessibilityText })),
  ),
])

const cxButton = z.pipe(
  z.strictObject({ type: z.literal('button'), text: z.string(), anchor: z.strictObject({ href: z.string() }) }),
  z.transform(({ text: label, anchor }) => ({ label, url: anchor.href })),
)

const info = z.strictObject({
  type: z.literal('info'),
  title: z.string(),
  subtitle: z.string(),
  image: z.exactOptional(z.strictObject({ rawUrl: z.string() })),
})

const chips = z.strictObject({ type: z.literal('chips'), options: z.array(z.strictObject({ text: z.string() })) })

const image = z.strictObject({
  type: z.literal('image'),
  rawUrl: z.string(),
  accessibilityText: z.exactOptional(z.string()),
})

const rich = <Elements extends z.ZodMiniType>(elements: Elements) =>
  z.strictObject({ payload: z.strictObject({ richContent: z.tuple([elements]) }) })

const cxMessage = z.union([
  text,
  payload,
  z.pipe(
    z.strictObject({ outputAudioText: z.strictObject({ ssml: z.string() }) }),
    z.transform(({ outputAudioText }) => ({ kind: 'ssml', ...outputAudioText })),
  ),
  z.pipe(
    rich(z.tuple([chips])),
    z.transform(({ payload: { richContent } }) => ({
      kind: 'suggestions',
      suggestions: richContent[0][0].options.map(chip => chip.text),
    })),
  ),
  z.pipe(
    rich(z.tuple([info], cxButton)),
    z.transform(({ payload: { richContent } }) => {
      const [{ title, subtitle, image }, ...links] = richContent[0]
      return { kind: 'card', title, subtitle, imageUrl: image?.rawUrl, links: links.length > 0 ? links : undefined }
    }),
  ),
  z.pipe(
    rich(z.tuple([cxButton])),
    z.transform(({ payload: { richContent } }) => ({ kind: 'link', ...richContent[0][0] })),
  ),
  z.pipe(
    rich(z.tuple([image])),
    z.transform(({ payload: { richContent } }) => {
      const [{ rawUrl: url, accessibilityText: description }] = richContent[0]
      return { kind: 'image', url, description }
    }),
  ),
])

export const readEsMessage = (message: unknown): unknown => z.parse(esMessage, message)

export const readCxMessage = (message: unknown): unknown => z.parse(cxMessage, message)
