/** The common name of a name as `X509Certificate` writes it, or all of it on one line. */
export const commonName = (name: string): string => /^CN=(.*)$/m.exec(name)?.[1] ?? name.replaceAll('\n', ', ')
