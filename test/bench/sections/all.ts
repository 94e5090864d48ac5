/** The table of contents of the bench. */
import { fanOut200, fanOut1000 } from './fan-out.ts'
import { growthClients, growthMessages } from './growth.ts'
import { idle } from './idle.ts'
import { paced } from './paced.ts'
import { pairs } from './pairs.ts'
import { quiet } from './quiet.ts'
import type { Section } from './section.ts'
import { signIn } from './sign-in.ts'
import { stored64, stored500 } from './stored.ts'

export const SECTIONS: readonly Section[] = [
  fanOut200,
  fanOut1000,
  paced,
  pairs,
  signIn,
  idle,
  stored64,
  stored500,
  quiet,
  growthClients,
  growthMessages,
]
