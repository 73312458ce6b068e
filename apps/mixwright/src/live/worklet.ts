/** The AudioWorklet: one graph, played live. Bundled into the package as text (tools/build.mjs). */
import { createLive, meterWriter } from '@mixwright/graph'
import { type LiveMessage, type LiveSetup, processorName } from './messages.ts'

registerProcessor(
  processorName,
  class extends AudioWorkletProcessor {
    readonly #live
    readonly #inputs: Record<string, readonly Float32Array[]> = {}
    readonly #outputs: Record<string, readonly Float32Array[]> = {}
    readonly #setup
    readonly #meter
    #open = true
    constructor({ processorOptions }: { processorOptions: unknown }) {
      super()
      const setup = processorOptions as LiveSetup
      this.#setup = setup
      this.#live = createLive(setup.plan, setup.kernels)
      this.#meter = setup.meters && meterWriter(setup.meters, setup.outputs.length)
      this.port.onmessage = ({ data }: MessageEvent<LiveMessage>) => {
        if ('turn' in data) this.#live.turn(data.turn)
        else if ('edit' in data) this.#live.edit(data.edit)
        else if ('rehearse' in data) {
          this.#live.rehearse()
          this.port.postMessage(null)
        } else this.#open = false
      }
    }
    process(inputs: Float32Array[][], outputs: Float32Array[][]): boolean {
      const { inputs: ins, outputs: outs } = this.#setup
      for (let i = 0; i < ins.length; i++) this.#inputs[ins[i]!] = inputs[i]!
      for (let i = 0; i < outs.length; i++) this.#outputs[outs[i]!] = outputs[i]!
      const frames = outputs[0]![0]!.length
      this.#live.process(this.#inputs, this.#outputs, frames)
      if (this.#meter) for (let i = 0; i < outs.length; i++) this.#meter(i, outputs[i]!, frames)
      return this.#open
    }
  }
)
