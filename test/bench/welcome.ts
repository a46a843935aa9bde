import { answerOf } from './contender.ts'
import { deployedWebhook } from './deployed-webhook.ts'
import { recurringCalls, type Surroundings } from './genuine-calls.ts'
import { startServer } from './server-process.ts'

/** What the other programs are told, so that all say the same: our answer to *Hi*, and what is said in it. */
export const welcomeEnvironment = async (around: Surroundings): Promise<Readonly<Record<string, string>>> => {
  await using server = await startServer(deployedWebhook(), around.environment)
  const [call = Buffer.of()] = recurringCalls(around)
  const answer = await answerOf(server, call)
  const { fulfillmentText, fulfillmentMessages } = JSON.parse(answer)
  const suggestions = fulfillmentMessages.flatMap(
    (message: { quickReplies?: { quickReplies: string[] } }) => message.quickReplies?.quickReplies ?? [],
  )
  return {
    ...around.environment,
    PEM_CERTS_URL: around.pemCertsUrl,
    ANSWER: answer,
    SAID: JSON.stringify({ text: fulfillmentText, suggestions }),
  }
}
