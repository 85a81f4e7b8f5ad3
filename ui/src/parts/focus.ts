/** Takes the focus where what had it is gone. */
export function takeFreeFocus(element: HTMLElement | null): void {
  if (document.activeElement === document.body) element?.focus({ preventScroll: true })
}

let pressed = false
for (const [type, now] of [
  ["pointerdown", true],
  ["pointerup", false],
  ["pointercancel", false],
] as const) {
  addEventListener(type, () => (pressed = now), true)
}

/**
 * Does what moves things on the page because somebody has gone elsewhere. While they press something that waits until
 * they have let go: what they press stays below the pointer.
 */
export function onceReleased(act: () => void): void {
  if (!pressed) {
    act()
    return
  }
  const ends = ["pointerup", "pointercancel"] as const
  const done = () => {
    for (const type of ends) removeEventListener(type, done, true)
    setTimeout(act) // the click comes first
  }
  for (const type of ends) addEventListener(type, done, true)
}

/** Once a change is drawn: gives the focus to what is found where what had it went with the change. */
export function afterwards(find: () => HTMLElement | null | undefined): void {
  requestAnimationFrame(() => takeFreeFocus(find() ?? null))
}
