import { defineConfig } from 'vitest/config'

/** `npm test`: needs Node and npm alone. What needs real proxies, stores or a browser is in test/real and has a configuration of its own. */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/real/**', 'test/bench/**'],
    // The default leaves a core idle, which on two cores doubles the time.
    maxWorkers: '100%',
    restoreMocks: true,
    unstubEnvs: true,
  },
})
