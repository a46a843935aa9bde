/** An id or phone number for pages and logs: its last letters and digits, four at most and never more than a third of it. */
export const masked = (id: string): string => {
  const plain = id.replace(/[^A-Za-z0-9]/g, '')
  const shown = Math.min(4, Math.floor(plain.length / 3))
  return `…${plain.slice(plain.length - shown)}`
}
