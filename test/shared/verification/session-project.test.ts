import { describe, expect, it } from 'vitest'
import { checkSessionProject } from '../../../shared/verification/session-project.ts'

describe('the project of a session', () => {
  it.each([
    ['any, where none are listed', 'anything', []],
    ['none, where none are listed', undefined, []],
    ['one of those listed', 'mine', ['other', 'mine']],
  ])('is accepted: %s', (_, project, accepted) => {
    expect(checkSessionProject(project, accepted)).toBeUndefined()
  })

  it.each(['other', 'MINE', 'mine ', 'min', 'mine2', '', undefined])('is refused: %j', project => {
    expect(checkSessionProject(project, ['mine'])).toEqual({
      code: 'session_project',
      observed: project ?? '(none)',
      expected: ['mine'],
    })
  })
})
