// `npm run bench:kill | bench:load [-- OPTIONS]`: sets the checkout up, builds it, and runs that program of this folder.
import { orExit, setUp } from '../../core/setup/setup.mjs'
import '../support/typescript.mjs'

await orExit(() => setUp())
await import(`./${process.argv[2] === 'load' ? 'load' : 'kill'}.script.ts`)
