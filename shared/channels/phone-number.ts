/** E.164: at most fifteen digits, the first of them not 0. */
export const PHONE_NUMBER = /^\+[1-9]\d{6,14}$/
