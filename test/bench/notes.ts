/** What is to be said beside figures, once for all rounds. */

/** Where a note has a figure. */
const FIGURE = /#/g

export class Notes {
  /** Note → the figures of each time it was made. */
  readonly #made = new Map<string, (readonly string[])[]>()

  add(text: string, figures: readonly string[] = []): void {
    this.#made.set(text, [...(this.#made.get(text) ?? []), figures])
  }

  /** Each once: how often, and the least and most of its figures. */
  told(): string[] {
    return [...this.#made].map(([text, times]) => {
      let index = 0
      const whole = text.replace(FIGURE, () => {
        const figures = times.map((one) => one[index] ?? '')
        index++
        return range(figures)
      })
      return times.length > 1 ? `${whole} (${times.length} times)` : whole
    })
  }
}

function range(figures: readonly string[]): string {
  const sorted = [...figures].sort((a, b) => Number.parseFloat(a) - Number.parseFloat(b))
  const [least = '', most = ''] = [sorted[0], sorted.at(-1)]
  return least === most ? least : `${least} to ${most}`
}
