/** How much a test has a processor do: other than the time that passes, it does not depend on what else the machine has to do. */

/** Milliseconds of processor time that this process has used so far. */
export function worked(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}
