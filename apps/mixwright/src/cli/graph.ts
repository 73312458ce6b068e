/** `mixwright graph print | validate` */
import { print } from '@mixwright/graph'
import type { Command } from 'commander'
import { readGraph, type Shell } from './shell.ts'

export function addGraph(program: Command, shell: Shell): void {
  const graph = program.command('graph').description('Looks at graph files.')
  graph
    .command('print')
    .argument('<graph>', 'a graph file (JSON)')
    .description('Every node with its parameters and sources, one line each.')
    .action((file: string) =>
      shell.say(shell.json() ? JSON.stringify(readGraph(file), null, 1) : print(readGraph(file)))
    )
  graph
    .command('validate')
    .argument('<graph>', 'a graph file (JSON)')
    .description('Checks a graph file and lists every problem.')
    .action((file: string) => {
      const { nodes, edges } = readGraph(file),
        counts = { nodes: Object.keys(nodes).length, edges: edges.length }
      shell.say(
        shell.json()
          ? JSON.stringify({ valid: true, ...counts })
          : `${file} is valid: ${counts.nodes} nodes, ${counts.edges} edges`
      )
    })
}
