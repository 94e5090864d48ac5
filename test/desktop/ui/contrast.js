/*
 * Measures the contrast of every text that is to be seen, through all shadow roots, against the colours that lie behind it. Unlike axe it
 * needs no view from above, so that what a dialog or a menu covers does not leave it undecided. Evaluates to sentences, one for each fault.
 */
;(() => {
  const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true })
  const known = new Map()
  const rgba = (color) => {
    if (known.has(color)) return known.get(color)
    canvas.clearRect(0, 0, 1, 1)
    canvas.fillStyle = color
    canvas.fillRect(0, 0, 1, 1)
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data
    known.set(color, [r, g, b, a / 255])
    return known.get(color)
  }
  /** As a browser draws: the slot a child is put into, the host a shadow tree belongs to. */
  const above = (element) => element.assignedSlot ?? element.parentElement ?? element.getRootNode().host ?? null
  const over = ([r, g, b, a], [R, G, B]) => [r * a + R * (1 - a), g * a + G * (1 - a), b * a + B * (1 - a), 1]
  const behind = (element) => {
    const layers = []
    for (let at = element; at; at = above(at)) {
      const layer = rgba(getComputedStyle(at).backgroundColor)
      if (layer[3] > 0) layers.push(layer)
      if (layer[3] === 1) break
    }
    return layers.reverse().reduce((under, layer) => over(layer, under), [255, 255, 255, 1])
  }
  const luminance = ([r, g, b]) => {
    const linear = (value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4)
    return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
  }
  const contrast = (one, other) => {
    const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b)
    return (light + 0.05) / (dark + 0.05)
  }
  const opacity = (element) => {
    let product = 1
    for (let at = element; at; at = above(at)) product *= Number(getComputedStyle(at).opacity)
    return product
  }
  const faults = []
  let measured = 0
  const measure = (element, words) => {
    const style = getComputedStyle(element)
    const background = behind(element)
    const [r, g, b, a] = rgba(style.color)
    const ratio = contrast(over([r, g, b, a * opacity(element)], background), background)
    const size = Number.parseFloat(style.fontSize)
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700)
    measured += 1
    if (ratio < (large ? 3 : 4.5)) faults.push(`${ratio.toFixed(2)}: ${words.trim().slice(0, 40)} (${element.localName})`)
  }
  const walk = (root) => {
    for (const node of root.childNodes) {
      if (node.nodeType === Node.TEXT_NODE && /\S/.test(node.data)) {
        const element = node.parentElement ?? root.host
        // What is disabled need not be read (WCAG 1.4.3), and what is only for screen readers is not seen.
        const exempt = element.closest('button:disabled, .hidden-text, style, option')
        if (!exempt && element.checkVisibility({ visibilityProperty: true })) measure(element, node.data)
      }
      if (node.nodeType !== Node.ELEMENT_NODE) continue
      if (node.shadowRoot) walk(node.shadowRoot)
      walk(node)
    }
  }
  walk(document.body)
  return { measured, faults }
})()
