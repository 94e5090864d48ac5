// A program that does nothing but watch its own event loop: what makes it late makes everybody late, such as a host that has other machines to serve.

import { begin, end } from './beats.mjs'
import { answer } from './side-commands.mjs'

const commands = {
  begin() {
    begin()
    return {}
  },
  end: () => ({ stalls: end() }),
  close() {
    setImmediate(() => process.exit(0))
    return {}
  },
}

await answer(commands)
