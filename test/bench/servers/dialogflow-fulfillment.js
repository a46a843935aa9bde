// As its README shows it. It verifies nothing.
import fulfillment from 'dialogflow-fulfillment'

const { WebhookClient, Suggestion } = fulfillment
const { text, suggestions } = JSON.parse(process.env.SAID)

const welcome = agent => {
  agent.add(text)
  for (const suggestion of suggestions) agent.add(new Suggestion(suggestion))
}

export const webhook = (request, response) => {
  const agent = new WebhookClient({ request, response })
  return agent.handleRequest(new Map([['Default Welcome Intent', welcome]]))
}
