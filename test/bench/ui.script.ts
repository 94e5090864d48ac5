/** `npm run bench:ui -- [--messages N] [--mebibytes N] [--hour N]` */
import { option, tell } from './results.ts'
import { runUi } from './ui.ts'
import type { Frames } from './ui-frames.ts'

const options = { messages: option('messages', 100_000), mebibytes: option('mebibytes', 256), hour: option('hour', 3_600) }
const report = await runUi(options)

const ms = (value: number) => `${value.toFixed(0)} ms`
const frames = ({ p50, p95, worst, longTasks, longest }: Frames) =>
  `p50 ${ms(p50)}, p95 ${ms(p95)}, worst ${ms(worst)}; ${longTasks} tasks took over 50 ms of a processor, the longest ${ms(longest)}`
const { start, script, hour, receiving } = report

tell(
  'ui',
  [
    ['from starting the program to its page', `${ms(start.host)}, and ${ms(start.page)} until one can write`],
    ['JavaScript, compressed', `${script.first.toFixed(0)} KiB to begin with, ${script.all.toFixed(0)} KiB in all`],
    [`opening a conversation of ${options.messages} messages`, ms(report.open)],
    [`frames while scrolling over ${report.scrolledMessages} of them`, frames(report.scrolling)],
    [`frames while ${options.mebibytes} MiB arrive in ${receiving.seconds.toFixed(0)} s`, frames(receiving)],
    [
      `the page's heap after ${options.hour} more messages`,
      `${hour.heapBefore.toFixed(1)} → ${hour.heapAfter.toFixed(1)} MiB, ${hour.elementsBefore} → ${hour.elementsAfter} nodes`,
    ],
  ],
  { options, ...report },
)
