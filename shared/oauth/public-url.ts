/** Where a provider sends the browser back to: one path for each service, so that one provider's answer is not taken for another's (RFC 9700 §4.4). */
export const callbackUrl = (baseUrl: string, callback: string): string =>
  `${baseUrl.replace(/\/$/, '')}/callback/${callback}`

export const linkUrl = (baseUrl: string, link: string): string => `${baseUrl.replace(/\/$/, '')}/link/${link}`
