// `npm run bench | bench:kill | bench:load | bench:discovery | bench:transfer | bench:ui [-- OPTIONS]`: sets the checkout up, builds it, and runs that program of this folder.
import { orExit, setUp } from '../../core/setup/setup.mjs'
import '../support/typescript.mjs'

const PROGRAMS = ['bench', 'kill', 'load', 'discovery', 'transfer', 'ui']

await orExit(() => setUp())
await import(`./${PROGRAMS.find((name) => name === process.argv[2]) ?? 'bench'}.script.ts`)
