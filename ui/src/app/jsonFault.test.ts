import assert from "node:assert/strict"
import { test } from "node:test"
import { faultOf } from "./jsonFault.ts"

const faults: [text: string, place: string][] = [
  ["{", "1:2 name"],
  ['{"a" 1}', "1:6 colon"],
  ['{"a": }', "1:7 value"],
  ['{\n  "a": 1\n  "b": 2\n}', "3:3 member"],
  ['{"a": 1,}', "1:9 name"],
  ["[1 2]", "1:4 element"],
  ["[1, 2", "1:6 element"],
  ["[1,]", "1:4 value"],
  ["{'a': 1}", "1:2 name"],
  ['{"a": "b\n"}', "1:7 quote"],
  ['"\\x"', "1:1 quote"],
  ["007", "1:1 value"],
  ["1.", "1:1 value"],
  ["[1.5e]", "1:2 value"],
  ["nul", "1:1 value"],
  ["True", "1:1 value"],
  ["NaN", "1:1 value"],
  ["{} x", "1:4 end"],
  ["1 2", "1:3 end"],
]

const good = [
  "",
  " \n",
  "null",
  " -0.10e+5 ",
  '{"a": {"b": [1, "x\\n\\u00e9", true, false, null, {}, []]}}',
  "9007199254740993",
  '"\u2028😀"',
  "[[[[]]]]",
]

test("a text that is no JSON is told by its line and column, and no other one is", () => {
  for (const [text, place] of faults) {
    assert.throws(() => JSON.parse(text), `JSON.parse takes ${text}`)
    const fault = faultOf(text)
    assert.equal(fault && `${fault.line}:${fault.column} ${fault.missing}`, place, text)
  }
  for (const text of good) {
    if (text.trim()) JSON.parse(text)
    assert.equal(faultOf(text), undefined, text)
  }
})
