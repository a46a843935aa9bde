// As its README shows it. It verifies nothing.
import actions from 'actions-on-google-3'

const { dialogflow, Suggestions } = actions
const { text, suggestions } = JSON.parse(process.env.SAID)

const app = dialogflow()

app.intent('Default Welcome Intent', conv => {
  conv.ask(text)
  conv.ask(new Suggestions(suggestions))
})

export const webhook = app
