import { defineCommand } from '../../command.ts'
import { registrationPolicy } from '../../registration.ts'
import { ask } from './ask.ts'
import { DATA } from './data.ts'

const MEANING = {
  open: 'Everybody who reaches the registry can register.',
  invite: 'Who has a one-time code can register: "optichat admin invite" makes one.',
  closed: 'Nobody can register.',
} as const

export const policy = defineCommand({
  name: 'admin policy',
  summary: 'says or sets who may register',
  usage: '[open|invite|closed] [--data DIR]',
  details: 'It holds at once and from then on, until it is set again here or by "optichat registry --registration".',
  options: { data: DATA },
  example: 'optichat admin policy invite',
  takes: [0, 1],
  json: '{"event":"policy","registration":"open"|"invite"|"closed"}',
  async run(context) {
    const [word] = context.args
    const { registration } = await ask(
      context,
      'policy',
      word === undefined ? {} : { registration: registrationPolicy(word, 'The policy') },
    )
    context.output.tell({ event: 'policy', registration }, MEANING[registration])
    return 0
  },
})
