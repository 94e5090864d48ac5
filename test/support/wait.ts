/** Milliseconds after which what a test waits for counts as never coming: no measure of speed, so long enough for any machine at its busiest. */
export const PATIENCE = 60_000

/** Waits until `condition` answers something true and returns it; rejects with `what` after `millis`. */
export async function until<T>(
  what: string,
  condition: () => T | undefined | null | false | Promise<T | undefined | null | false>,
  millis = PATIENCE,
): Promise<T> {
  const end = Date.now() + millis
  for (;;) {
    const value = await condition()
    if (value) return value
    if (Date.now() > end) throw new Error(`gave up after ${millis} ms: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 15))
  }
}
