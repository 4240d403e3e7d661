import { expect, test } from 'vitest'
import { isPlainJupyter } from '../../src/model/plain-jupyter.ts'

test.each([
  [['jupyter', 'lab']],
  [['jupyter', 'lab', '--debug']],
  [['jupyter', 'server']],
  [['jupyter', 'notebook']],
  [['jupyter-lab']],
  [['jupyter-server', '--debug']],
  [['jupyter-notebook']],
  [['/opt/conda/bin/jupyter', 'lab']],
  [['/opt/conda/bin/jupyter-lab']],
])('%j is plain Jupyter', (cmd) => {
  expect(isPlainJupyter(cmd)).toBe(true)
})

test.each([
  [['jupyter']],
  [['jupyter', 'nbconvert']],
  [['jupyter', '--version', 'lab']],
  [['jupyterhub-singleuser']],
  [['jupyter-labhub']],
  [['python3', '-m', 'jupyterlab']],
  [['lab']],
  [[]],
])('%j gets no arguments', (cmd) => {
  expect(isPlainJupyter(cmd)).toBe(false)
})
