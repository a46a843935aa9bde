import { defineConfig } from 'vitest/config'

/**
 * `npm run test:real`: against real proxies, stores and a browser, which the suites start and stop themselves. A part that is
 * not installed skips its suite and says how to get it; with CI=true it fails.
 */
export default defineConfig({
  test: {
    include: ['test/real/**/*.test.ts'],
    restoreMocks: true,
    testTimeout: 30_000,
    hookTimeout: 120_000,
  },
})
