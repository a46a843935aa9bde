/** The least that a function can do: it verifies nothing, and answers a call with JSON that it has ready. */
const answer = JSON.parse(process.env.ANSWER)

export const noOp = (_request, response) => {
  response.json(answer)
}
