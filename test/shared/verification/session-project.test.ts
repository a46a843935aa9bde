import { describe, expect, it } from 'vitest'
import { checkSessionProject } from '../../../shared/verification/session-project.ts'

const own = 'service-1@gcp-sa-dialogflow.iam.gserviceaccount.com'
const other = 'service-2@gcp-sa-dialogflow.iam.gserviceaccount.com'

describe('the project of a session', () => {
  it.each([
    ['any, where none are listed', 'anything', []],
    ['none, where none are listed', undefined, []],
    ['one of those listed', 'mine', ['other', 'mine']],
    ['one of those listed, from its own service agent', 'mine', [`other=${other}`, `mine=${own}`]],
    ['one that has two service agents', 'mine', [`mine=${other}`, `mine=${own}`]],
  ])('is accepted: %s', (_, project, accepted) => {
    expect(checkSessionProject(project, own, accepted)).toBeUndefined()
  })

  it.each(['other', 'MINE', 'mine ', 'min', 'mine2', '', undefined])('is refused: %j', project => {
    expect(checkSessionProject(project, own, ['mine'])).toEqual({
      code: 'session_project',
      observed: project ?? '(none)',
      expected: ['mine'],
    })
  })

  it('is refused where the listed entry itself is its name', () => {
    const entry = `mine=${own}`
    expect(checkSessionProject(entry, own, [entry])?.code).toBe('session_project')
  })

  it('is refused from the service agent of another project, though that one is accepted too', () => {
    expect(checkSessionProject('mine', other, [`mine=${own}`, `other=${other}`])).toEqual({
      code: 'session_service_agent',
      observed: other,
      expected: [own],
    })
  })
})
