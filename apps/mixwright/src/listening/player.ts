/** Many versions in step, of which one is heard: all play all the time, and switching only moves their gains. */

/** Seconds of the crossfade, and of the fades at starts, stops and the seam of the loop. */
export const fades = { cross: 0.015, edge: 0.005 } as const
/** Seconds: what is started together is started a little later, so that nothing comes too late. */
const ahead = 0.03
/** Seams that are prepared at a time. */
const seams = 200

export interface Loop {
  /** Seconds. */
  readonly from: number
  readonly to: number
}
export interface Player {
  readonly playing: boolean
  readonly loop: Loop
  /** Seconds, of what is heard now. */
  position(): number
  play(): void
  pause(): void
  /** Adds a version, or replaces one that is not heard; it joins in step. */
  put(id: string, buffer: AudioBuffer): void
  /** Makes one of the versions the one that is heard. */
  hear(id: string): void
  /** Inside the loop, or else the loop ends. */
  seek(seconds: number): void
  /** Default: the whole. */
  setLoop(loop?: Loop): void
}
interface Run {
  readonly bus: GainNode
  readonly gains: Map<string, GainNode>
  readonly sources: Map<string, AudioBufferSourceNode>
  /** Time of the context at which it began, and where in the excerpt. */
  readonly at: number
  readonly offset: number
  readonly loop: Loop
  /** How many seams are prepared. */
  prepared: number
}

/** Shortest loop in seconds. */
export const shortestLoop = 0.5

/**
 * @param given id → audio; all of one length
 * @param changed told when something starts, stops or moves
 */
export function createPlayer(
  context: BaseAudioContext,
  given: ReadonlyMap<string, AudioBuffer>,
  changed: () => void = () => {}
): Player {
  const rate = context.sampleRate,
    buffers = new Map(given),
    duration = [...buffers.values()][0]!.duration,
    whole: Loop = { from: 0, to: duration }
  // Whole samples: all versions then turn back at the same one.
  const snap = (seconds: number) => Math.round(Math.max(0, Math.min(duration, seconds)) * rate) / rate
  let run: Run | undefined,
    heard = [...buffers.keys()][0]!,
    loop = whole,
    rest = 0

  const join = (to: Run, id: string, at: number, offset: number): void => {
    const source = context.createBufferSource(),
      gain = context.createGain()
    to.sources.get(id)?.stop()
    gain.gain.value = id === heard ? 1 : 0
    to.gains.set(id, gain)
    to.sources.set(id, source)
    source.buffer = buffers.get(id)!
    source.loop = true
    source.loopStart = to.loop.from
    source.loopEnd = to.loop.to
    source.connect(gain).connect(to.bus)
    source.start(at, offset)
  }
  const start = (offset: number): void => {
    const at = context.currentTime + ahead,
      bus = context.createGain()
    bus.gain.setValueAtTime(0, at)
    bus.gain.linearRampToValueAtTime(1, at + fades.edge)
    bus.connect(context.destination)
    run = { bus, gains: new Map(), sources: new Map(), at, offset, loop, prepared: 0 }
    for (const id of buffers.keys()) join(run, id, at, offset)
    prepare(run)
  }
  const stop = (): void => {
    if (!run) return
    const { bus, sources } = run,
      now = context.currentTime,
      end = now + 2 * fades.edge
    bus.gain.cancelScheduledValues(now)
    bus.gain.setValueAtTime(bus.gain.value, now)
    bus.gain.linearRampToValueAtTime(0, end)
    for (const source of sources.values()) {
      source.stop(end + fades.edge)
      source.onended = () => bus.disconnect()
    }
    run = undefined
  }
  const position = (time = context.currentTime): number => {
    if (!run) return rest
    const since = Math.max(0, time - run.at) + run.offset,
      { from, to } = run.loop
    return since < to ? since : from + ((since - from) % (to - from))
  }
  const move = (offset: number): void => {
    rest = offset
    if (run) {
      stop()
      start(offset)
    }
    changed()
  }
  return {
    get playing() {
      return run !== undefined
    },
    get loop() {
      return loop
    },
    position() {
      if (run) prepare(run)
      return position()
    },
    play() {
      if (!run) start(rest)
      changed()
    },
    pause() {
      rest = snap(position())
      if (rest >= loop.to) rest = loop.from
      stop()
      changed()
    },
    put(id, buffer) {
      buffers.set(id, buffer)
      if (!run) return
      // Whole samples behind the start: it falls into step to the sample.
      const since = Math.ceil((Math.max(context.currentTime, run.at) + ahead - run.at) * rate) / rate
      join(run, id, run.at + since, snap(position(run.at + since)))
    },
    hear(id) {
      heard = id
      const now = context.currentTime
      for (const [other, { gain }] of run?.gains ?? []) {
        gain.cancelScheduledValues(now)
        gain.setValueAtTime(gain.value, now)
        gain.linearRampToValueAtTime(other === id ? 1 : 0, now + fades.cross)
      }
      changed()
    },
    seek(seconds) {
      const to = snap(seconds)
      if (to < loop.from || to >= loop.to) loop = whole
      move(Math.min(to, duration - 1 / rate))
    },
    setLoop(next = whole) {
      const from = snap(Math.min(next.from, duration - shortestLoop))
      loop = { from, to: snap(Math.max(next.to, from + shortestLoop)) }
      const at = position()
      move(at >= loop.from && at < loop.to ? at : loop.from)
    }
  }
}

/** A loop turns back in the middle of a wave: a dip of a few milliseconds instead of a click. */
function prepare(run: Run): void {
  const { bus, at, offset, loop } = run,
    length = loop.to - loop.from,
    seam = (k: number) => at + loop.to - offset + k * length
  const passed = (bus.context.currentTime - seam(0)) / length
  if (run.prepared > passed + seams / 2) return
  for (const end = run.prepared + seams; run.prepared < end; run.prepared++) {
    const time = seam(run.prepared)
    // A seam right behind the start is hidden by the fade-in.
    if (time - fades.edge < at + fades.edge) continue
    bus.gain.setValueAtTime(1, time - fades.edge)
    bus.gain.linearRampToValueAtTime(0, time)
    bus.gain.linearRampToValueAtTime(1, time + fades.edge)
  }
}
