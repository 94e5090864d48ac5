/** For every test run: nothing may be left behind. (A rejection that nobody handles fails the run by mocha itself.) */

/** What a test has to end itself, by Node's names for it. */
const MUST_END = ['ProcessWrap', 'TCPServerWrap', 'PipeServerWrap']

export const mochaHooks = {
  async afterAll() {
    const end = Date.now() + 15_000
    const left = () => process.getActiveResourcesInfo().filter((name) => MUST_END.includes(name))
    while (left().length > 0 && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 20))
    if (left().length > 0) throw new Error(`the tests left running: ${left().join(', ')} (ProcessWrap is a child process)`)
  },
}
