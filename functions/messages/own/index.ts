import type { MessageBundle } from '../message-bundle.ts'

/**
 * Your own wording, which goes before the shipped one: a file like `de.json` in this folder with the messages that you
 * word differently, and a line here (`de`, after `import de from './de.json' with { type: 'json' }`). A language that is not
 * shipped is added in the same way; what it leaves out is said in English.
 */
export const ownBundles: Readonly<Record<string, MessageBundle>> = {}
