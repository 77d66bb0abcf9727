// Text of a call with the functions of src/kernels/math put in its place, down to the bottom. The engine puts short functions in line by itself, but not as many as an elementary function
// is made of: every one that it calls instead costs a number on the heap, and half of the loops took two to four times as long for it.
import { readFileSync } from 'node:fs'
import ts from 'typescript'

const { SyntaxKind } = ts
const folder = new URL('../src/kernels/math/', import.meta.url)

/** Functions that stay calls: what they do is rare. */
const rare = new Set(['scaleInSteps', 'logAtEdge', 'powerAtEdge'])

const files = new Map()

/** What a file of src/kernels/math declares outside of functions, by name. */
function declarations(file) {
  const known = files.get(file)
  if (known !== undefined) return known
  const text = readFileSync(new URL(file, folder), 'utf8')
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
  const found = new Map()
  files.set(file, found)
  for (const statement of source.statements) {
    if (ts.isFunctionDeclaration(statement)) found.set(statement.name.text, { kind: rare.has(statement.name.text) ? 'name' : 'function', file, node: statement })
    else if (ts.isVariableStatement(statement)) {
      for (const { name, initializer } of statement.declarationList.declarations) {
        const number = ts.isNumericLiteral(initializer) || (ts.isPrefixUnaryExpression(initializer) && ts.isNumericLiteral(initializer.operand))
        found.set(name.text, number ? { kind: 'number', text: initializer.getText() } : { kind: 'name', file })
      }
    } else if (ts.isImportDeclaration(statement)) {
      const from = declarations(statement.moduleSpecifier.text.replace('./', ''))
      for (const { name } of statement.importClause.namedBindings.elements) found.set(name.text, from.get(name.text))
    }
  }
  return found
}

/** Whether a function gives its parameter another value. */
function reassigns(node, name) {
  let found = false
  const visit = (at) => {
    if (ts.isBinaryExpression(at) && at.operatorToken.kind >= SyntaxKind.FirstAssignment && at.operatorToken.kind <= SyntaxKind.LastAssignment && at.left.getText() === name) found = true
    ts.forEachChild(at, visit)
  }
  visit(node)
  return found
}

const isSimple = (text) => /^[\w.]+$/.test(text)

/** Whether a function does more than compute: it stores something. What it does then stays together. */
function stores({ body }) {
  return body.statements.some((statement) => ts.isExpressionStatement(statement) && ts.isElementAccessExpression(statement.expression.left))
}

/** Puts functions into one text. `used`: names that it needs, by file; `numbers`: names of constants that it needs, by their text. */
export class Inliner {
  /** @type {Map<string, Set<string>>} */
  used = new Map()
  /** @type {Map<string, string>} */
  numbers = new Map()
  #names = new Set()

  /** Begins a text of its own; `taken` are names that stand around it. */
  begin(taken) {
    this.#names = new Set(taken)
    this.numbers = new Map()
  }

  /**
   * `name(...given)` in steps, whose texts may stand between those of another call: the conditions under which the function has to be called after all (its first statements, if they return),
   * and the statements before its value.
   *
   * @returns {{ unless: string[], steps: string[], value: string }}
   */
  steps(name, given) {
    const { node } = declarations(`${name}.ts`).get(name)
    const steps = []
    const scope = this.#enter(node, given, steps)
    const unless = []
    let value
    for (const statement of node.body.statements) {
      if (ts.isIfStatement(statement) && ts.isReturnStatement(statement.thenStatement)) {
        if (steps.length > 0) throw new Error(`${name} returns in its middle`)
        unless.push(this.#expression(statement.expression, scope, steps))
      } else this.#statement(statement, scope, steps, (text) => (value = text))
    }
    return { unless, steps, value }
  }

  /**
   * Two calls, a step of one after the same of the other: so they share the constants that the engine loads. `unless`: a condition under which both have to be called after all.
   *
   * @returns {{ unless: string | undefined, steps: string[], values: string[] }}
   */
  pair(name, given, givenToo) {
    const first = this.steps(name, given)
    const other = this.steps(name, givenToo)
    const unless = [...new Set([...first.unless, ...other.unless])]
    return {
      unless: unless.length === 0 ? undefined : unless.join(' || '),
      steps: first.steps.flatMap((step, k) => [step, other.steps[k]]).flatMap((step) => step.split('\n')),
      values: [first.value, other.value],
    }
  }

  #fresh(name) {
    let fresh = name
    for (let count = 2; this.#names.has(fresh); count++) fresh = `${name}${/\d$/.test(name) ? '_' : ''}${count}`
    this.#names.add(fresh)
    return fresh
  }

  #enter(node, given, steps) {
    const scope = { file: node.getSourceFile().fileName, names: new Map() }
    node.parameters.forEach((parameter, k) => {
      const name = parameter.name.text
      if (reassigns(node.body, name)) throw new Error(`${node.name.text} assigns to its parameter ${name}`)
      if (isSimple(given[k])) scope.names.set(name, given[k])
      else {
        const fresh = this.#fresh(name)
        steps.push(`const ${fresh} = ${given[k]}`)
        scope.names.set(name, fresh)
      }
    })
    return scope
  }

  #call({ node }, given, steps) {
    const inner = []
    const scope = this.#enter(node, given, inner)
    let result
    for (const statement of node.body.statements) this.#statement(statement, scope, inner, (value) => (result = value))
    if (stores(node)) {
      const fresh = this.#fresh('taken')
      steps.push([...inner, `const ${fresh} = ${result}`].join('\n'))
      return fresh
    }
    steps.push(...inner)
    return isSimple(result) ? result : `(${result})`
  }

  #statement(statement, scope, steps, atReturn) {
    if (ts.isVariableStatement(statement)) {
      const { declarationList } = statement
      for (const { name, initializer } of declarationList.declarations) {
        const value = this.#expression(initializer, scope, steps)
        const fresh = this.#fresh(name.text)
        scope.names.set(name.text, fresh)
        steps.push(`${declarationList.flags & ts.NodeFlags.Const ? 'const' : 'let'} ${fresh} = ${value}`)
      }
    } else if (ts.isExpressionStatement(statement)) {
      const value = this.#expression(statement.expression, scope, steps)
      steps.push(value)
    } else if (ts.isReturnStatement(statement)) {
      const value = this.#expression(statement.expression, scope, steps)
      atReturn(value)
    } else if (ts.isIfStatement(statement)) {
      const block = [`if (${this.#expression(statement.expression, scope, steps)}) {`, ...this.#block(statement.thenStatement, scope)]
      if (statement.elseStatement !== undefined) block.push('} else {', ...this.#block(statement.elseStatement, scope))
      steps.push([...block, '}'].join('\n'))
    } else throw new Error(`no text for ${SyntaxKind[statement.kind]}: ${statement.getText()}`)
  }

  #block(statement, scope) {
    const inner = { file: scope.file, names: new Map(scope.names) }
    const body = []
    for (const one of ts.isBlock(statement) ? statement.statements : [statement]) {
      this.#statement(one, inner, body, () => {
        throw new Error(`returns in its middle: ${statement.getText()}`)
      })
    }
    return body.flatMap((text) => text.split('\n')).map((line) => `  ${line}`)
  }

  /** The text of an expression; what calls in it need goes to `lines` before. */
  #expression(node, scope, steps) {
    if (ts.isIdentifier(node)) return this.#name(node.text, scope)
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression)) {
      const given = node.arguments.map((argument) => this.#expression(argument, scope, steps))
      const found = declarations(scope.file).get(node.expression.text)
      if (found?.kind === 'function') return this.#call(found, given, steps)
      return `${this.#name(node.expression.text, scope)}(${given.join(', ')})`
    }
    if (ts.isPropertyAccessExpression(node)) return node.getText()
    // The text between the parts stays as it is.
    const text = node.getSourceFile().text
    let at = node.getStart()
    let result = ''
    ts.forEachChild(node, (child) => {
      if (child.kind < SyntaxKind.FirstLiteralToken || ts.isToken(child) && !ts.isIdentifier(child)) return
      result += text.slice(at, child.getStart()) + this.#expression(child, scope, steps)
      at = child.getEnd()
    })
    return result + text.slice(at, node.getEnd())
  }

  #name(name, scope) {
    const local = scope.names.get(name)
    if (local !== undefined) return local
    const found = declarations(scope.file).get(name)
    if (found === undefined) return name
    if (found.kind === 'number') return this.#number(name, found.text)
    const names = this.used.get(found.file) ?? new Set()
    this.used.set(found.file, names.add(name))
    return name
  }
  /** A constant: every value has one name in a text. */
  #number(name, text) {
    // Those of integer arithmetic are no doubles.
    if (text.startsWith('0x')) return text
    let short = this.numbers.get(text)
    if (short === undefined) this.numbers.set(text, (short = this.#fresh(name)))
    return short
  }
}
