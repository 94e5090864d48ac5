// How a program of these benches is asked: a JSON line a command at its input, one a result or an event at its output. Side has the other end.
import { createInterface } from 'node:readline'

export const say = (what) => process.stdout.write(`${JSON.stringify(what)}\n`)

/** Answers each `{call, n, …}` by the command of that name. When nobody is there any more to ask, the program ends, whatever it is at. */
export async function answer(commands) {
  for await (const line of createInterface({ input: process.stdin })) {
    const { call, n, ...of } = JSON.parse(line)
    Promise.resolve(commands[call](of)).then(
      (result) => say({ n, result }),
      (error) => say({ n, error: error.message }),
    )
  }
  process.exit()
}
