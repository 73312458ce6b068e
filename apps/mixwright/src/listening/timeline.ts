/** The picture of the excerpt: click to go there, drag to loop. It shows all versions together, so it tells no name. */
import { type Player, shortestLoop } from './player.ts'

export interface Timeline {
  draw(): void
}

/** @param outline level along the excerpt, 0 to 1 @param seconds its length */
export function createTimeline(
  canvas: HTMLCanvasElement,
  outline: readonly number[],
  seconds: number,
  player: Player
): Timeline {
  let drag: { readonly from: number; to: number } | undefined
  const timeAt = (event: PointerEvent): number => {
    const { left, width } = canvas.getBoundingClientRect()
    return Math.max(0, Math.min(1, (event.clientX - left) / width)) * seconds
  }
  /** Less than this (in pixels) is a click. */
  const isDrag = () => drag !== undefined && (Math.abs(drag.to - drag.from) / seconds) * canvas.clientWidth > 6
  canvas.addEventListener('pointerdown', event => {
    if (event.button !== 0) return
    canvas.setPointerCapture(event.pointerId)
    drag = { from: timeAt(event), to: timeAt(event) }
  })
  canvas.addEventListener('pointermove', event => {
    if (drag) drag.to = timeAt(event)
  })
  canvas.addEventListener('pointerup', () => {
    if (!drag) return
    const { from, to } = drag
    if (isDrag())
      player.setLoop({ from: Math.min(from, to), to: Math.max(from, to, Math.min(from, to) + shortestLoop) })
    else player.seek(to)
    drag = undefined
  })
  canvas.addEventListener('pointercancel', () => {
    drag = undefined
  })
  canvas.addEventListener('keydown', event => {
    const step = { ArrowLeft: -1, ArrowRight: 1, PageDown: -5, PageUp: 5 }[event.key]
    if (event.key === 'Home') player.seek(player.loop.from)
    else if (step !== undefined) player.seek(Math.max(0, Math.min(seconds - 0.05, player.position() + step)))
    else return
    event.preventDefault()
  })
  const pen = canvas.getContext('2d')!
  return {
    draw() {
      const { clientWidth: width, clientHeight: height } = canvas,
        ratio = devicePixelRatio || 1,
        colours = getComputedStyle(canvas),
        at = player.position(),
        shown = isDrag() ? { from: Math.min(drag!.from, drag!.to), to: Math.max(drag!.from, drag!.to) } : player.loop
      if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
        canvas.width = Math.round(width * ratio)
        canvas.height = Math.round(height * ratio)
      }
      pen.setTransform(ratio, 0, 0, ratio, 0, 0)
      pen.clearRect(0, 0, width, height)
      const whole = shown.from <= 0 && shown.to >= seconds - 0.01
      if (!whole) {
        pen.fillStyle = colours.getPropertyValue('--line')
        pen.fillRect((shown.from / seconds) * width, 0, ((shown.to - shown.from) / seconds) * width, height)
      }
      const bars = Math.max(1, Math.min(outline.length, Math.floor(width / 3)))
      for (let i = 0; i < bars; i++) {
        const time = ((i + 0.5) / bars) * seconds,
          level = outline[Math.floor(((i + 0.5) / bars) * outline.length)]!,
          tall = Math.max(2, level * (height - 12))
        pen.fillStyle = colours.getPropertyValue(time < at && time >= shown.from ? '--c0' : '--soft')
        pen.globalAlpha = time >= shown.from && time <= shown.to ? 0.9 : 0.35
        pen.fillRect((i / bars) * width + 0.5, (height - tall) / 2, Math.max(1, width / bars - 1), tall)
      }
      pen.globalAlpha = 1
      pen.fillStyle = colours.getPropertyValue('--c1')
      pen.fillRect((at / seconds) * width - 1, 0, 2, height)
      canvas.setAttribute('aria-valuenow', at.toFixed(1))
      canvas.setAttribute('aria-valuetext', `${at.toFixed(1)} of ${seconds.toFixed(1)} seconds`)
    }
  }
}
