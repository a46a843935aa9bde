import { globSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

// The tests start some sixty processes. Node strips and compiles what they have in common once: a third of a second each.
process.env.NODE_COMPILE_CACHE ??= join(tmpdir(), 'node-compile-cache')

const exclude = ['test/real/**', 'test/bench/**']

/** What can outlast a file: a module replaced, time that stands still, an environment that is read when a module is imported. */
const outlasting = /\bvi\.(?:mock|doMock|resetModules|useFakeTimers|stubEnv|stubGlobal)\b|\bprocess\.env\.\w+ =/

/**
 * Files that leave their process as they found it share one a core, and so import once what they have in common: that takes
 * longer than their tests. Not where the fuzzer looks at what has been covered.
 */
const sharing = globSync('test/**/*.test.ts', {
  cwd: import.meta.dirname,
  exclude: [...exclude, 'test/fuzz/*'],
}).filter(file => !outlasting.test(readFileSync(join(import.meta.dirname, file), 'utf8')))

/** `npm test`: needs Node and npm alone. What needs real proxies, stores or a browser is in test/real and has a configuration of its own. */
export default defineConfig({
  test: {
    // The default leaves a core idle, which on two cores doubles the time.
    maxWorkers: '100%',
    restoreMocks: true,
    unstubEnvs: true,
    projects: [
      {
        extends: true,
        test: { name: 'own process', include: ['test/**/*.test.ts'], exclude: [...exclude, ...sharing] },
      },
      { extends: true, test: { name: 'shared process', include: sharing, isolate: false } },
    ],
  },
})
